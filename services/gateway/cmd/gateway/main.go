// Command gateway runs the gateway service: the single entry point for clients, and the read model of users and what
// they pay. The README lists its settings.
package main

import (
	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/throttle"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
)

var blueprint = service.Blueprint[*settings]{
	Name: gateway.Name, Settings: defaults, Assemble: assemble,
	Migrations: []pg.Migrations{inbox.Migrations, throttle.Migrations, postgres.Migrations},
}

func main() { blueprint.Main() }
