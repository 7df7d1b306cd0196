package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/daemon"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/web"
	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/adapter/events"
	"muster/services/identity/internal/adapter/httpapi"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/adapter/token"
	"muster/services/identity/internal/identity"
)

// surroundings are what a test gives the service instead of the real ones.
type surroundings struct {
	log     *slog.Logger
	metrics http.Handler
	now     func() time.Time
	tick    time.Duration // between runs of the periodic work
}

// app is the service, ready to run.
type app struct {
	parts []daemon.Part // in the order of their stopping
	addr  net.Addr
	db    *gorm.DB
}

func (a *app) close() error { return pg.Close(a.db) }

// assemble builds the service: it waits for the database, brings it up to date, makes the first administrator and the
// first signing key, and listens.
func assemble(ctx context.Context, s settings, around surroundings) (_ *app, err error) {
	ring, err := token.NewRing(s.KeySecret)
	if err != nil {
		return nil, err
	}
	passwords, err := argon2.New(s.argon2())
	if err != nil {
		return nil, err
	}
	db, err := pg.Start(ctx, s.PostgresURL, outbox.Migrations, inbox.Migrations, postgres.Migrations)
	if err != nil {
		return nil, err
	}
	a := &app{db: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	store := postgres.New(db, around.now)
	service := identity.New(identity.Ports{
		Store: store, Throttle: store, Keys: store, Passwords: passwords, Tokens: ring, Now: around.now, NewID: uuid.NewString,
	}, s.rules())
	if err := prepare(ctx, s, service, around.log); err != nil {
		return nil, err
	}
	return a, a.connect(ctx, s, around, wiring{store, service, ring})
}

// wiring is what the parts of the service have in common.
type wiring struct {
	store   *postgres.Store
	service *identity.Service
	ring    *token.Ring
}

// connect adds the parts that face the outside.
func (a *app) connect(ctx context.Context, s settings, around surroundings, w wiring) error {
	csrf, err := web.NewCSRF(s.CSRFSecret)
	if err != nil {
		return err
	}
	internal, err := web.NewServiceTokens(s.ServiceSecret, "identity")
	if err != nil {
		return err
	}
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: "identity", PostgresURL: s.PostgresURL, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix,
		Topics: contracts.Topics(contracts.TopicAccount, contracts.TopicAccountEvents), Replication: s.KafkaReplication, Logger: around.log,
	})
	if err != nil {
		return err
	}
	consumer, err := inbox.New(inbox.Config{
		Name: "identity", Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics,
		DB: a.db, Handle: events.Handler(w.service), Logger: around.log,
	})
	if err != nil {
		return err
	}
	engine := web.New(web.Options{Service: "identity", Logger: around.log, Metrics: around.metrics, Ready: []web.Check{
		{Name: "database", Probe: func(ctx context.Context) error { return pg.Ready(ctx, a.db) }},
		{Name: "signing keys", Probe: func(context.Context) error { return w.ring.Ready(around.now()) }},
		{Name: "events", Probe: func(context.Context) error { return consumer.Ready() }},
	}})
	httpapi.Mount(engine, httpapi.Config{
		Service: w.service, Reader: w.store, Tokens: web.LocalKeys(w.ring.Public), CSRF: csrf, Internal: internal,
		PublicKeys: func() any { return w.ring.JWKS() }, BaseURL: strings.TrimSuffix(s.APIURL, "/"),
	})
	listener, err := web.Listen(ctx, s.Addr)
	if err != nil {
		return err
	}
	a.addr = listener.Addr()
	a.parts = []daemon.Part{
		{Name: "http", Run: func(ctx context.Context) error { return web.Serve(ctx, listener, engine, around.log) }, Grace: 20 * time.Second},
		{Name: "consumer", Run: consumer.Run},
		{Name: "signing keys", Run: every(around.tick, around.log, "signing keys not refreshed", w.service.RefreshKeys)},
		{Name: "purge", Run: every(purgeTicks*around.tick, around.log, "nothing purged", w.service.Purge)},
		{Name: "relay", Run: relay.Run},
	}
	return nil
}

// prepare makes what has to be there before the first request.
func prepare(ctx context.Context, s settings, service *identity.Service, log *slog.Logger) error {
	if err := service.RefreshKeys(ctx); err != nil {
		return err
	}
	if s.BootstrapAdminEmail == "" {
		return nil
	}
	created, err := service.EnsureAdministrator(ctx, s.BootstrapAdminEmail, s.BootstrapAdminPassword)
	if err != nil {
		return errors.Join(fmt.Errorf("%sBOOTSTRAP_ADMIN_EMAIL, %sBOOTSTRAP_ADMIN_PASSWORD", prefix, prefix), err)
	}
	if created {
		log.InfoContext(ctx, "first administrator created")
	}
	return nil
}
