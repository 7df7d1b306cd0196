package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/caarlos0/env/v11"

	"muster/services/billing/internal/billing"
)

const plansUsage = "usage: billing plans sync --pull|--push [--dry-run]"

var errPlansUsage = errors.New(plansUsage)

// plans is "billing plans sync": it makes the plans like Stripe's prices (--pull), or Stripe's prices like the plans
// (--push), with the service's own settings. It can be interrupted, and repeated.
func plans(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return runPlans(ctx, args, env.ToMap(os.Environ()), os.Stdout)
}

func runPlans(ctx context.Context, args []string, environment map[string]string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("plans sync", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	pull := flags.Bool("pull", false, "")
	push := flags.Bool("push", false, "")
	dry := flags.Bool("dry-run", false, "")
	if len(args) == 0 || args[0] != "sync" || flags.Parse(args[1:]) != nil || flags.NArg() > 0 || *pull == *push {
		return errPlansUsage
	}
	core, stop, err := connect(ctx, environment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	report := planReport{out: out, counts: map[billing.PlanAct]int{}}
	sync := core.PushPlans
	if *pull {
		sync = core.PullPlans
	}
	if err := sync(ctx, *dry, report.step); err != nil {
		return fmt.Errorf("stopped, run it again to go on: %w", err)
	}
	report.end(*dry)
	return nil
}

// planReport prints what a synchronization does.
type planReport struct {
	out    io.Writer
	counts map[billing.PlanAct]int
}

func (r planReport) step(s billing.PlanStep) {
	if r.counts[s.Act]++; s.Act == billing.PlanUnchanged {
		return
	}
	reason := ""
	if s.Reason != "" {
		reason = ": " + s.Reason
	}
	price := s.Offer.PriceID
	if price == "" {
		price = s.Plan.PriceID
	}
	fmt.Fprintf(r.out, "%s %q, %d %s every %d %s, %s%s\n",
		s.Act, s.Plan.Name, s.Plan.Amount, s.Plan.Currency, s.Plan.IntervalCount, s.Plan.Interval, price, reason)
}

func (r planReport) end(dry bool) {
	var parts []string
	for _, act := range []billing.PlanAct{
		billing.PlanAdded, billing.PlanCreated, billing.PlanPriced, billing.PlanRenamed, billing.PlanWithdrawn, billing.PlanSkipped, billing.PlanUnchanged,
	} {
		if n := r.counts[act]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, act))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	done := "done"
	if dry {
		done = "dry run, nothing was changed"
	}
	fmt.Fprintf(r.out, "%s: %s\n", done, strings.Join(parts, ", "))
}
