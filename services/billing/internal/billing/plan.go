package billing

import (
	"strings"
	"time"
	"unicode/utf8"

	"muster/libs/errs"
)

// Limits of plans. The provider enforces further ones.
const (
	maxNameLength  = 100
	maxAmount      = 99_999_999
	maxTrialDays   = 730
	maxDescription = 500
)

// Plan is a subscription on sale: an amount per interval.
type Plan struct {
	ID              int64
	Key             string // identifies the plan to the provider; random, so that a new database never reuses an old one
	RequestKey      string // of the request that created it; empty for none
	Name            string
	Interval        string // day, week, month, year
	IntervalCount   int
	Amount          int64 // minor units
	Currency        string
	TrialPeriodDays *int
	ProductID       string // the provider's
	PriceID         string // the provider's; empty until it has one
	Active          bool   // on sale
	CreatedAt       time.Time
}

// maxIntervals is the longest allowed period, a year, in units of each interval.
var maxIntervals = map[string]int{"day": 365, "week": 52, "month": 12, "year": 1}

// Check validates a new plan.
func (p Plan) Check() error {
	var wrong []errs.Field
	wrong = append(wrong, checkName(p.Name)...)
	if most, ok := maxIntervals[p.Interval]; !ok {
		wrong = append(wrong, errs.Field{Field: "interval", Message: "must be day, week, month or year"})
	} else if p.IntervalCount < 1 || p.IntervalCount > most {
		wrong = append(wrong, errs.Field{Field: "intervalCount", Message: "must make a period of at most one year"})
	}
	if p.Amount < 0 || p.Amount > maxAmount {
		wrong = append(wrong, errs.Field{Field: "amount", Message: "must be from 0 to 99999999, in the minor unit of the currency"})
	}
	if !isCurrency(p.Currency) {
		wrong = append(wrong, errs.Field{Field: "currency", Message: "must be a three-letter currency code"})
	}
	if d := p.TrialPeriodDays; d != nil && (*d < 1 || *d > maxTrialDays) {
		wrong = append(wrong, errs.Field{Field: "trialPeriodDays", Message: "must be from 1 to 730, or null"})
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

func checkName(name string) []errs.Field {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n < 1 || n > maxNameLength {
		return []errs.Field{{Field: "name", Message: "must have 1 to 100 characters"}}
	}
	return nil
}

// isCurrency checks the form of an ISO 4217 code in lower case. The provider decides whether the currency exists.
func isCurrency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for _, c := range []byte(code) {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}
