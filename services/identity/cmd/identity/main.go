// Command identity runs the identity service, which owns accounts and sessions. "identity admin create" creates an
// administrator instead. See the README for both and for the settings.
package main

import (
	"context"
	"flag"

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
	Commands:   map[string]func(context.Context, *settings, *service.Shell) error{"admin create": createAdmin},
	Flags:      map[string]func(*settings, *flag.FlagSet){"admin create": func(s *settings, flags *flag.FlagSet) { s.admin.declare(flags) }},
	Migrations: []pg.Migrations{outbox.Migrations, inbox.Migrations, throttle.Migrations, postgres.Migrations},
	Raise:      postgres.Raise,
}

func main() { blueprint.Main() }
