// Command billing runs the billing service: plans, subscriptions and payments. The README lists its settings.
package main

import (
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

func main() { blueprint.Main() }
