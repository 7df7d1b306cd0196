package billing

import (
	"slices"
	"time"
)

// MovementSum is the sum of all movements of one kind in one calendar month.
type MovementSum struct {
	Currency string
	Month    time.Time // its start
	Kind     MovementKind
	Amount   int64
	Number   int64
}

// Revenue is the recurring revenue in one currency.
type Revenue struct {
	Currency string
	// MRR is the monthly recurring revenue now, in minor units: the sum of all movements.
	MRR int64
	// Months are the calendar months, the newest first.
	Months []MonthRevenue
}

// ARR is the revenue in a year.
func (r Revenue) ARR() int64 { return 12 * r.MRR }

// MonthRevenue is how the recurring revenue moved in a calendar month.
type MonthRevenue struct {
	Month   time.Time
	Opening int64                  // the MRR at its start
	Moved   map[MovementKind]int64 // the sum of each kind
	Number  map[MovementKind]int64 // how many there were of each kind
}

// Closing is the MRR at the end of the month, or now.
func (m MonthRevenue) Closing() int64 {
	sum := m.Opening
	for _, amount := range m.Moved {
		sum += amount
	}
	return sum
}

// ChurnRate is the part of the opening MRR that ended in the month; 0 without any.
func (m MonthRevenue) ChurnRate() float64 {
	if m.Opening <= 0 {
		return 0
	}
	return float64(-m.Moved[MovementChurn]) / float64(m.Opening)
}

// RevenueOf composes the revenue in each currency from the sums of all movements, with the last months up to now.
func RevenueOf(sums []MovementSum, now time.Time, months int) []Revenue {
	var all []Revenue
	for _, currency := range currenciesOf(sums) {
		r := Revenue{Currency: currency}
		for n := range months {
			month := time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
			r.Months = append(r.Months, MonthRevenue{Month: month, Moved: map[MovementKind]int64{}, Number: map[MovementKind]int64{}})
		}
		for _, s := range sums {
			if s.Currency == currency {
				r.MRR += s.Amount
				r.add(s)
			}
		}
		all = append(all, r)
	}
	return all
}

func (r *Revenue) add(s MovementSum) {
	for i := range r.Months {
		m := &r.Months[i]
		switch {
		case s.Month.Before(m.Month):
			m.Opening += s.Amount
		case s.Month.Equal(m.Month):
			m.Moved[s.Kind] += s.Amount
			m.Number[s.Kind] += s.Number
		}
	}
}

func currenciesOf(sums []MovementSum) []string {
	var currencies []string
	for _, s := range sums {
		if !slices.Contains(currencies, s.Currency) {
			currencies = append(currencies, s.Currency)
		}
	}
	slices.Sort(currencies)
	return currencies
}
