package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
)

// Figures asks other services for parts of the metrics.
type Figures struct {
	directory, billing *Upstream
	tokens             web.ServiceTokens
}

// NewFigures takes the upstreams of directory's and billing's internal listeners.
func NewFigures(directory, billing *Upstream, tokens web.ServiceTokens) *Figures {
	return &Figures{directory: directory, billing: billing, tokens: tokens}
}

// incomeAnswer has pointers, so that an answer of a service that means something else is not taken for zeros.
type incomeAnswer struct {
	Month, Year *struct{ NewMonthly, NewAnnual, Other *int64 }
	Total       *struct{ Monthly, Annual *int64 }

	OtherCurrencies []string
}

// Income implements gateway.Figures.
func (f *Figures) Income(ctx context.Context, w gateway.Windows, currency string) (gateway.Income, error) {
	answer, err := get[incomeAnswer](ctx, f.tokens, f.billing, "/internal/income", url.Values{
		"month": {w.Month.Format(time.RFC3339Nano)}, "year": {w.Year.Format(time.RFC3339Nano)}, "until": {w.At.Format(time.RFC3339Nano)},
		"currency": {currency},
	})
	if err != nil {
		return gateway.Income{}, err
	}
	if answer.Month == nil || answer.Year == nil || answer.Total == nil {
		return gateway.Income{}, incomplete(f.billing)
	}
	month, year, total := answer.Month, answer.Year, answer.Total
	income := gateway.Income{OtherCurrencies: answer.OtherCurrencies}
	ok := take(&income.Month.NewMonthly, month.NewMonthly) && take(&income.Month.NewAnnual, month.NewAnnual) && take(&income.Month.Other, month.Other) &&
		take(&income.Year.NewMonthly, year.NewMonthly) && take(&income.Year.NewAnnual, year.NewAnnual) && take(&income.Year.Other, year.Other) &&
		take(&income.Total.Monthly, total.Monthly) && take(&income.Total.Annual, total.Annual)
	if !ok {
		return gateway.Income{}, incomplete(f.billing)
	}
	return income, nil
}

// LegacyTotals implements gateway.Figures.
func (f *Figures) LegacyTotals(ctx context.Context) (totals gateway.LegacyTotals, err error) {
	answer, err := get[struct{ Legacy, Migrated *int64 }](ctx, f.tokens, f.directory, "/internal/legacy-users/totals", nil)
	if err == nil && (!take(&totals.Legacy, answer.Legacy) || !take(&totals.Migrated, answer.Migrated)) {
		err = incomplete(f.directory)
	}
	return totals, err
}

// take stores a number that an answer has, and reports whether it has.
func take(to, from *int64) bool {
	if from == nil {
		return false
	}
	*to = *from
	return true
}

var errIncomplete = errors.New("the answer lacks members")

func incomplete(u *Upstream) error { return fmt.Errorf("ask %s: %w", u.name, errIncomplete) }

var _ gateway.Figures = (*Figures)(nil)
