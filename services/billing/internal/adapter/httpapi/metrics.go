package httpapi

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Limits of the months in one answer.
const (
	defaultMonths = 12
	longestMonths = 120
)

type metricsBody struct {
	AsOf       time.Time     `json:"asOf"`
	Currencies []revenueBody `json:"currencies"`
}

type revenueBody struct {
	Currency string      `json:"currency"`
	MRR      int64       `json:"mrr"`
	ARR      int64       `json:"arr"`
	Months   []monthBody `json:"months"`
}

type monthBody struct {
	Month        string  `json:"month"`
	Opening      int64   `json:"openingMrr"`
	New          int64   `json:"new"`
	Expansion    int64   `json:"expansion"`
	Contraction  int64   `json:"contraction"`
	Churn        int64   `json:"churn"`
	Reactivation int64   `json:"reactivation"`
	Closing      int64   `json:"closingMrr"`
	ChurnRate    float64 `json:"churnRate"`
	Started      int64   `json:"started"`
	Ended        int64   `json:"ended"`
}

func monthOf(m billing.MonthRevenue) monthBody {
	const places = 10_000
	return monthBody{
		Month: m.Month.Format("2006-01"), Opening: m.Opening, New: m.Moved[billing.MovementNew], Expansion: m.Moved[billing.MovementExpansion],
		Contraction: m.Moved[billing.MovementContraction], Churn: m.Moved[billing.MovementChurn], Reactivation: m.Moved[billing.MovementReactivation],
		Closing: m.Closing(), ChurnRate: math.Round(m.ChurnRate()*places) / places,
		Started: m.Number[billing.MovementNew] + m.Number[billing.MovementReactivation], Ended: m.Number[billing.MovementChurn],
	}
}

// getMetrics answers with the recurring revenue in each currency: now, and by calendar month in UTC, the newest first.
func (a *api) getMetrics(c *gin.Context) {
	months, err := strconv.Atoi(c.DefaultQuery("months", strconv.Itoa(defaultMonths)))
	if err != nil || months < 1 || months > longestMonths {
		web.Fail(c, errs.InvalidField("months", "must be from 1 to 120"))
		return
	}
	sums, err := a.Books.Movements(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	now := a.Now().UTC().Truncate(time.Second)
	body := metricsBody{AsOf: now, Currencies: []revenueBody{}}
	for _, r := range billing.RevenueOf(sums, now, months) {
		shown := revenueBody{Currency: r.Currency, MRR: r.MRR, ARR: r.ARR()}
		for _, m := range r.Months {
			shown.Months = append(shown.Months, monthOf(m))
		}
		body.Currencies = append(body.Currencies, shown)
	}
	c.JSON(http.StatusOK, body)
}
