package billing

import "time"

// IncomeQuery selects what is summed: the entries of the ledger from the start of a month, and of a year, until a moment
// (inclusive), and all that were ever booked, in one currency.
type IncomeQuery struct {
	Month, Year, Until time.Time
	Currency           string
}

// Income is the net that was collected on the invoices of subscriptions, in minor units. What was given back counts at its
// own time, and like the invoice that it reverses.
type Income struct {
	Month, Year WindowIncome
	Total       TotalIncome
	// OtherCurrencies are those in which something was booked besides, sorted.
	OtherCurrencies []string
}

// WindowIncome is the income of a month or a year. The sum of its members is all of it.
type WindowIncome struct {
	NewMonthly int64 // from the first positive paid invoices of subscriptions to plans of less than 12 months
	NewAnnual  int64 // from those to plans of 12 months or more
	Other      int64 // from all other invoices of subscriptions
}

// TotalIncome is the income ever.
type TotalIncome struct {
	Monthly int64 // on plans of less than 12 months
	Annual  int64 // on plans of 12 months or more
}
