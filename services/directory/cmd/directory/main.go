// Command directory runs the directory service, which owns the users. See the README for its settings.
package main

import (
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/standing"
	"muster/libs/throttle"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
)

var blueprint = service.Blueprint[*settings]{
	Name: directory.Name, Settings: defaults, Assemble: assemble,
	Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations, standing.Migrations, throttle.Migrations, postgres.Migrations},
	Raise:      postgres.Raise,
}

func main() { blueprint.Main() }
