package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/daemon"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/web"
	"muster/services/billing/internal/adapter/events"
	"muster/services/billing/internal/adapter/httpapi"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/adapter/worker"
	"muster/services/billing/internal/billing"
)

// surroundings are what a test gives the service instead of the real ones.
type surroundings struct {
	log     *slog.Logger
	metrics http.Handler
}

// app is the service, ready to run.
type app struct {
	parts []daemon.Part // in the order of their stopping
	addr  net.Addr
	db    *gorm.DB
}

func (a *app) close() error { return pg.Close(a.db) }

// wiring is what the parts of the service have in common.
type wiring struct {
	store    *postgres.Store
	service  *billing.Service
	webhooks *stripe.Webhooks
}

// now is the time as Muster stores and shows it.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// assemble builds the service: it waits for the database, brings it up to date, and listens.
func assemble(ctx context.Context, s settings, around surroundings) (_ *app, err error) {
	payments, err := stripe.New(s.stripe())
	if err != nil {
		return nil, err
	}
	webhooks, err := stripe.NewWebhooks(s.StripeWebhookSecrets...)
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
	store := postgres.New(db)
	service := billing.New(billing.Deps{Store: store, Payments: payments, Rules: s.rules(), Now: now, NewID: uuid.NewString})
	return a, a.connect(ctx, s, around, wiring{store, service, webhooks})
}

// connect adds the parts that face the outside.
func (a *app) connect(ctx context.Context, s settings, around surroundings, w wiring) error {
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: postgres.Source, PostgresURL: s.PostgresURL, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix,
		Topics:      contracts.Topics(contracts.TopicSubscription, contracts.TopicBillingEvents, contracts.TopicLedger),
		Replication: s.KafkaReplication, Logger: around.log,
	})
	if err != nil {
		return err
	}
	consumer, err := inbox.New(inbox.Config{
		Name: postgres.Source, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics,
		DB: a.db, Handle: events.Handler(w.service), Logger: around.log,
	})
	if err != nil {
		return err
	}
	engine, err := a.engine(ctx, s, around, w, consumer)
	if err != nil {
		return err
	}
	listener, err := web.Listen(ctx, s.Addr)
	if err != nil {
		return err
	}
	a.addr = listener.Addr()
	work := &worker.Worker{Service: w.service, Purge: w.store.PurgeAnswers, Now: now, Logger: around.log}
	a.parts = []daemon.Part{
		{Name: "http", Run: func(ctx context.Context) error { return web.Serve(ctx, listener, engine, around.log) }, Grace: 20 * time.Second},
		{Name: "consumer", Run: consumer.Run},
		{Name: "worker", Run: work.Run, Grace: 25 * time.Second},
		{Name: "clock", Run: work.Clock},
		{Name: "relay", Run: relay.Run},
	}
	return nil
}

func (a *app) engine(ctx context.Context, s settings, around surroundings, w wiring, consumer *inbox.Consumer) (*gin.Engine, error) {
	csrf, err := web.NewCSRF(s.CSRFSecret)
	if err != nil {
		return nil, err
	}
	internal, err := web.NewServiceTokens(s.ServiceSecret, postgres.Source)
	if err != nil {
		return nil, err
	}
	keys, err := web.RemoteKeys(ctx, s.JWKSURL, around.log)
	if err != nil {
		return nil, fmt.Errorf("%sJWKS_URL: %w", prefix, err)
	}
	engine := web.New(web.Options{Service: postgres.Source, Logger: around.log, Metrics: around.metrics, Ready: []web.Check{
		{Name: "database", Probe: func(ctx context.Context) error { return pg.Ready(ctx, a.db) }},
		{Name: "events", Probe: func(context.Context) error { return consumer.Ready() }},
	}})
	api := &httpapi.API{
		Service: w.service, Reader: w.store, Answers: w.store, Webhooks: w.webhooks,
		Auth:     web.NewAuthenticator(keys, csrf, httpapi.Standing(w.service)),
		Internal: internal, Logger: around.log, Now: now,
	}
	api.Mount(engine)
	return engine, nil
}
