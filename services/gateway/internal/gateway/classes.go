package gateway

import (
	"sort"
	"time"
)

// Class is what a user counts as in the metrics. A user who is not an administrator is in exactly one, the first that fits
// (contract metrics).
type Class int

// The classes, in the order in which they are tried.
const (
	Paid Class = iota + 1
	Trial
	Free
	IncompleteRegistration
	IncompleteVerification
	IncompleteSubscription
	NoSubscription
)

// Windows are the times for which users and income are counted. Both ends belong to a window.
type Windows struct {
	Month, Year time.Time // the starts of the calendar month and year that At is in
	At          time.Time // their end, and the moment as of which users are classified
}

// Count is the number of users whose time lies in the month, in the year, and at any time.
type Count struct{ Month, Year, Total int64 }

// UserCounts are the numbers of users at a moment.
type UserCounts struct {
	// Created counts users by the time when they were created. Those of the legacy system are left out.
	Created Count
	// Classes counts users by class, and by the time since when they are in it. Classes without users are missing.
	Classes map[Class]Count
}

// Income is what the ledger says was collected in one currency, net, in minor units.
type Income struct {
	Month, Year     WindowIncome
	Total           TotalIncome
	OtherCurrencies []string // in which there was income, too
}

// WindowIncome is the income of a month or a year. The sum of its members is all of it.
type WindowIncome struct {
	NewMonthly int64 // from the first invoices of subscriptions to plans of less than 12 months
	NewAnnual  int64 // from those to plans of 12 months or more
	Other      int64
}

// TotalIncome is the income ever, on plans of less than 12 months and on others.
type TotalIncome struct{ Monthly, Annual int64 }

// LegacyTotals are the numbers of legacy users, and of those of them who have a user.
type LegacyTotals struct{ Legacy, Migrated int64 }

// WindowsAt returns the windows that end at a moment, by the calendar of a zone.
func WindowsAt(at time.Time, zone *time.Location) Windows {
	local := at.In(zone)
	return Windows{Month: startOf(local.Year(), local.Month(), zone), Year: startOf(local.Year(), time.January, zone), At: at}
}

// startOf returns the first moment of a month. That is not always its midnight, because clocks may be changed there.
func startOf(year int, month time.Month, zone *time.Location) time.Time {
	const around = 48 * time.Hour
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Add(-around)
	n := sort.Search(int(2*around/time.Second), func(n int) bool {
		local := first.Add(time.Duration(n) * time.Second).In(zone)
		return local.Year() > year || local.Year() == year && local.Month() >= month
	})
	return first.Add(time.Duration(n) * time.Second)
}
