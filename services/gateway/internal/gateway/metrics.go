package gateway

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Metrics are the numbers of users and the income: the object of contract metrics, members in the seed's order and in its
// spelling. Income is in minor units of one currency.
type Metrics struct {
	ID                                  int64 `json:"id"`
	MonthlyCreatedUsers                 int64 `json:"monthlyCreatedUsers"`
	MonthlyPaidUsers                    int64 `json:"monthlyPaidUsers"`
	MonthlyFreeUsers                    int64 `json:"monthlyFreeUsers"`
	MonthlyTrialUsers                   int64 `json:"monthlyTrialUsers"`
	MonthlyUsersWithNoSubscription      int64 `json:"monthlyUsersWithNoSubscription"`
	MonthlyIncompleteRegs               int64 `json:"monthlyIncompleteRegs"`
	MonthlyIncompleteVerification       int64 `json:"monthlyIncompleteVerification"`
	MonthlyIncompleteSubscriptions      int64 `json:"monthlyIncompleteSubscrptions"`
	MonthlySubscriptionIncome           int64 `json:"monthlySubscriptionIncome"`
	MonthlyNewMonthlySubscriptionIncome int64 `json:"monthlyNewMonthlySubscriptionIncome"`
	MonthlyNewAnnualSubscriptionIncome  int64 `json:"monthlyNewAnnualSubscriptionIncome"`
	YearlyCreatedUsers                  int64 `json:"yearlyCreatedUsers"`
	YearlyPaidUsers                     int64 `json:"yearlyPaidUsers"`
	YearlyFreeUsers                     int64 `json:"yearlyFreeUsers"`
	YearlyTrialUsers                    int64 `json:"yearlyTrialUsers"`
	YearlyUsersWithNoSubscription       int64 `json:"yearlyUsersWithNoSubscription"`
	YearlySubscriptionIncome            int64 `json:"yearlySubscriptionIncome"`
	YearlyNewMonthlySubscriptionIncome  int64 `json:"yearlyNewMonthlySubscriptionIncome"`
	YearlyNewAnnualSubscriptionIncome   int64 `json:"yearlyNewAnnualSubscriptionIncome"`
	TotalCreatedUsers                   int64 `json:"totalCreatedUsers"`
	TotalPaidUsers                      int64 `json:"totalPaidUsers"`
	TotalFreeUsers                      int64 `json:"totalFreeUsers"`
	TotalTrialUsers                     int64 `json:"totalTrialUsers"`
	TotalUsersWithNoSubscription        int64 `json:"totalUsersWithNoSubscription"`
	TotalMonthlySubscriptionIncome      int64 `json:"totalMonthlySubscriptionIncome"`
	TotalAnnualSubscriptionIncome       int64 `json:"totalAnnualSubscriptionIncome"`
	TotalLegacyUsers                    int64 `json:"totalLegacyUsers"`
	TotalMigratedLegacyUsers            int64 `json:"totalMigratedLegacyUsers"`
	TotalNonMigratedLegacyUsers         int64 `json:"totalNonMigratedLegacyUsers"`
}

// metricsWait is how long the parts of the metrics may take.
const metricsWait = 5 * time.Second

// Metrics returns the metrics as of now, and the currencies whose income is left out. If any part cannot be had, it returns
// [ErrNoMetrics], never a part of them.
func (s *Service) Metrics(ctx context.Context) (Metrics, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, metricsWait)
	defer cancel()
	w := WindowsAt(s.now().UTC().Truncate(time.Second), s.zone)
	var (
		users  UserCounts
		income Income
		legacy LegacyTotals
	)
	err := together(
		func() (err error) { users, err = s.model.Count(ctx, w); return err },
		func() (err error) { income, err = s.figures.Income(ctx, w, s.currency); return err },
		func() (err error) { legacy, err = s.figures.LegacyTotals(ctx); return err },
	)
	if err != nil {
		return Metrics{}, nil, ErrNoMetrics.Because(err)
	}
	return metricsOf(users, income, legacy), income.OtherCurrencies, nil
}

// together runs the functions at the same time and returns their errors.
func together(parts ...func() error) error {
	found := make([]error, len(parts))
	var wg sync.WaitGroup
	for i, part := range parts {
		wg.Go(func() { found[i] = part() })
	}
	wg.Wait()
	return errors.Join(found...)
}

func metricsOf(u UserCounts, income Income, legacy LegacyTotals) Metrics {
	paid, trial, free, none := u.Classes[Paid], u.Classes[Trial], u.Classes[Free], u.Classes[NoSubscription]
	return Metrics{
		MonthlyCreatedUsers: u.Created.Month, YearlyCreatedUsers: u.Created.Year, TotalCreatedUsers: u.Created.Total,
		MonthlyPaidUsers: paid.Month, YearlyPaidUsers: paid.Year, TotalPaidUsers: paid.Total,
		MonthlyFreeUsers: free.Month, YearlyFreeUsers: free.Year, TotalFreeUsers: free.Total,
		MonthlyTrialUsers: trial.Month, YearlyTrialUsers: trial.Year, TotalTrialUsers: trial.Total,
		MonthlyUsersWithNoSubscription: none.Month, YearlyUsersWithNoSubscription: none.Year, TotalUsersWithNoSubscription: none.Total,
		MonthlyIncompleteRegs:          u.Classes[IncompleteRegistration].Month,
		MonthlyIncompleteVerification:  u.Classes[IncompleteVerification].Month,
		MonthlyIncompleteSubscriptions: u.Classes[IncompleteSubscription].Month,

		MonthlySubscriptionIncome: income.Month.Other, MonthlyNewMonthlySubscriptionIncome: income.Month.NewMonthly,
		MonthlyNewAnnualSubscriptionIncome: income.Month.NewAnnual,
		YearlySubscriptionIncome:           income.Year.Other, YearlyNewMonthlySubscriptionIncome: income.Year.NewMonthly,
		YearlyNewAnnualSubscriptionIncome: income.Year.NewAnnual,
		TotalMonthlySubscriptionIncome:    income.Total.Monthly, TotalAnnualSubscriptionIncome: income.Total.Annual,

		TotalLegacyUsers: legacy.Legacy, TotalMigratedLegacyUsers: legacy.Migrated, TotalNonMigratedLegacyUsers: legacy.Legacy - legacy.Migrated,
	}
}
