package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/daemon"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/directory/internal/adapter/events"
	"muster/services/directory/internal/adapter/httpapi"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/adapter/worker"
	"muster/services/directory/internal/directory"
)

const serviceName = "directory"

// app is the assembled service.
type app struct {
	db       *gorm.DB
	listener net.Listener
	mailer   *smtp.Mailer
	// parts run together and stop in this order: first what makes work, last the relay that publishes it.
	parts []daemon.Part
}

// assemble connects what the service consists of. It migrates the database, waiting for it to be up, and listens; it
// runs nothing yet. now is the clock.
func assemble(ctx context.Context, s settings, t *telemetry.Telemetry, now func() time.Time) (*app, error) {
	db, err := pg.Start(ctx, s.PostgresURL, outbox.Migrations, inbox.Migrations, postgres.Migrations)
	if err != nil {
		return nil, err
	}
	a := &app{db: db}
	if err := a.wire(ctx, s, t, now); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *app) wire(ctx context.Context, s settings, t *telemetry.Telemetry, now func() time.Time) error {
	store := postgres.NewStore(a.db, now)
	mailer, err := smtp.New(smtp.Config{
		ServerURL: s.SMTPURL, PasswordFile: s.SMTPPasswordFile, CAFile: s.SMTPCAFile, Timeout: s.SMTPTimeout,
		From: s.MailFrom, Support: s.MailSupport, PublicURL: s.PublicURL, TemplateDir: s.MailTemplates,
	})
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	a.mailer = mailer
	service := directory.New(directory.Config{
		Store: store, Mails: store, Mailer: mailer, Now: now,
		RegistrationCodeLife: s.RegistrationCodeLife, PasswordResetCodeLife: s.PasswordResetCodeLife,
		EmailChangeCodeLife: s.EmailChangeCodeLife, ResendsPerHour: s.ResendsPerHour,
	})
	relay, err := outbox.NewRelay(outbox.RelayConfig{
		Service: serviceName, PostgresURL: s.PostgresURL, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix,
		Topics: contracts.Topics(contracts.TopicUser, contracts.TopicUserEvents), Replication: s.KafkaReplication, Logger: t.Logger,
	})
	if err != nil {
		return err
	}
	consumer, err := inbox.New(inbox.Config{
		Name: serviceName, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics,
		DB: a.db, Handle: events.Handler(service), Logger: t.Logger,
	})
	if err != nil {
		return err
	}
	serve, err := a.http(ctx, s, t, service, consumer)
	if err != nil {
		return err
	}
	workers := worker.New(service, store.MailQueued(), t.Logger)
	a.parts = []daemon.Part{
		{Name: "http", Run: serve, Grace: 20 * time.Second},
		{Name: "consumer", Run: consumer.Run},
		{Name: "types", Run: workers.ReviewTypes},
		{Name: "mail", Run: workers.SendMail, Grace: 2*s.SMTPTimeout + 5*time.Second},
		{Name: "purge", Run: workers.PurgeMail},
		{Name: "purge of requests", Run: workers.PurgeRequests},
		{Name: "relay", Run: relay.Run},
	}
	return nil
}

// http makes the server and listens.
func (a *app) http(ctx context.Context, s settings, t *telemetry.Telemetry, service *directory.Service, consumer *inbox.Consumer) (func(context.Context) error, error) {
	csrf, err := web.NewCSRF(s.CSRFSecret)
	if err != nil {
		return nil, err
	}
	services, err := web.NewServiceTokens(s.ServiceSecret, serviceName)
	if err != nil {
		return nil, err
	}
	keys, err := web.RemoteKeys(ctx, s.JWKSURL, t.Logger)
	if err != nil {
		return nil, err
	}
	lists := postgres.NewLists(a.db)
	engine := web.New(web.Options{
		Service: serviceName, Logger: t.Logger, Metrics: t.Metrics,
		Ready: []web.Check{
			{Name: "database", Probe: func(ctx context.Context) error { return pg.Ready(ctx, a.db) }},
			{Name: "events", Probe: func(context.Context) error { return consumer.Ready() }},
		},
	})
	api := &httpapi.API{
		Service: service, Reader: lists, Auth: web.NewAuthenticator(keys, csrf, lists.Standing), Services: services,
		AdminsOnly: s.Visibility == visibleToAdmins,
	}
	api.Mount(engine)
	if a.listener, err = web.Listen(ctx, s.Addr); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return web.Serve(ctx, a.listener, engine, t.Logger) }, nil
}

// close gives back what assemble took; after the parts have ended.
func (a *app) close() error {
	if a.mailer != nil {
		a.mailer.Close()
	}
	return pg.Close(a.db)
}
