// Command billing runs the billing service: plans, subscriptions and payments. "billing backfill" copies what Stripe has
// into a new database. The README lists the settings of both.
package main

import (
	"fmt"
	"os"

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
}

func main() {
	if len(os.Args) < 2 || os.Args[1] != "backfill" {
		blueprint.Main()
		return
	}
	if err := backfill(); err != nil {
		fmt.Fprintf(os.Stderr, "%s backfill: %v\n", billing.Name, err)
		os.Exit(1)
	}
}
