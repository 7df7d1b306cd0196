// Command gateway runs the gateway service: the single entry point for clients, and the read model of users and what
// they pay. The README lists its settings.
package main

import (
	"context"

	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/libs/throttle"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
)

var blueprint = service.Blueprint[*settings]{
	Name: gateway.Name, Settings: defaults, Assemble: assemble,
	Migrations: []pg.Migrations{inbox.Migrations, throttle.Migrations, postgres.Registry},
	Commands:   map[string]func(context.Context, *settings, *service.Shell) error{"rebuild": rebuild},
}

// rebuild is "gateway rebuild". It returns when a new read model is live.
func rebuild(ctx context.Context, s *settings, sh *service.Shell) error {
	b, err := newBuilder(s, sh)
	if err != nil {
		return err
	}
	return b.request(ctx)
}

func main() { blueprint.Main() }
