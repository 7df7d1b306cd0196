// Command identity runs the identity service, which owns accounts and sessions. See the README for its settings.
package main

import (
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/throttle"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/identity"
)

var blueprint = service.Blueprint[*settings]{
	Name: identity.Name, Settings: defaults, Assemble: assemble,
	Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations, throttle.Migrations, postgres.Migrations},
}

func main() { blueprint.Main() }
