// Command billing runs the billing service: plans, subscriptions and payments. "billing backfill" copies what Stripe has
// into a new database, and "billing plans sync" makes plans like Stripe's prices, or the reverse. The README lists the
// settings, which are the same for all.
package main

import (
	"fmt"
	"os"
	"strings"

	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/standing"
	"muster/libs/throttle"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
)

var blueprint = service.Blueprint[*settings]{
	Name: billing.Name, Settings: defaults, Assemble: assemble,
	Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations, standing.Migrations, throttle.Migrations, postgres.Migrations},
	Raise:      postgres.Raise,
}

func main() {
	var err error
	switch command := strings.Join(os.Args[1:min(2, len(os.Args))], ""); command {
	case "backfill":
		err = backfill()
	case "plans":
		err = plans(os.Args[2:])
	default:
		blueprint.Main()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", strings.Join(append([]string{billing.Name}, os.Args[1:]...), " "), err)
		os.Exit(1)
	}
}
