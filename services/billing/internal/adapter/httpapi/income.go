package httpapi

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Incomes sums the ledger.
type Incomes interface {
	Income(ctx context.Context, q billing.IncomeQuery) (billing.Income, error)
}

type windowBody struct {
	NewMonthly int64 `json:"newMonthly"`
	NewAnnual  int64 `json:"newAnnual"`
	Other      int64 `json:"other"`
}

// currencyCode matches a currency as the ledger has it.
var currencyCode = regexp.MustCompile(`^[a-z]{3}$`)

// getIncome answers another service with the income in one currency.
func getIncome(incomes Incomes) gin.HandlerFunc {
	return func(c *gin.Context) {
		q, err := incomeQuery(c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		income, err := incomes.Income(c.Request.Context(), q)
		if err != nil {
			web.Fail(c, err)
			return
		}
		c.JSON(http.StatusOK, gin.H{
			"month": windowBody(income.Month), "year": windowBody(income.Year),
			"total":           gin.H{"monthly": income.Total.Monthly, "annual": income.Total.Annual},
			"otherCurrencies": append([]string{}, income.OtherCurrencies...),
		})
	}
}

func incomeQuery(c *gin.Context) (q billing.IncomeQuery, err error) {
	if q.Currency = c.Query("currency"); !currencyCode.MatchString(q.Currency) {
		return q, errs.InvalidField("currency", "must be three lower-case letters")
	}
	var wrong []errs.Field
	moment := func(name string) time.Time {
		t, err := time.Parse(time.RFC3339Nano, c.Query(name))
		if err != nil {
			wrong = append(wrong, errs.Field{Field: name, Message: "must be an RFC 3339 time"})
		}
		return t
	}
	q.Month, q.Year, q.Until = moment("month"), moment("year"), moment("until")
	if wrong != nil {
		return q, errs.Invalid(wrong...)
	}
	return q, nil
}
