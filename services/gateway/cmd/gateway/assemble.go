package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"muster/libs/daemon"
	"muster/libs/inbox"
	"muster/libs/pg"
	"muster/libs/telemetry"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/events"
	"muster/services/gateway/internal/adapter/httpapi"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/adapter/requestline"
	"muster/services/gateway/internal/adapter/upstream"
	"muster/services/gateway/internal/gateway"
)

const serviceName = "gateway"

// app is the assembled service.
type app struct {
	listener net.Listener
	// parts run together and stop in this order: first what holds answers, then the consumer that they wait for.
	parts []daemon.Part
	// close gives back what assemble took; after the parts have ended.
	close func() error
}

// assemble connects what the service consists of. It migrates the database, waiting for it to be up, and listens; it
// runs nothing yet.
func assemble(ctx context.Context, s settings, t *telemetry.Telemetry) (*app, error) {
	db, err := pg.Start(ctx, s.PostgresURL, inbox.Migrations, postgres.Migrations)
	if err != nil {
		return nil, err
	}
	a := &app{close: func() error { return pg.Close(db) }}
	store := postgres.NewStore(db)
	services, err := connect(s, t)
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	service := gateway.New(store, services.neighbours, s.ConsistencyWait)
	consumer, err := inbox.New(inbox.Config{
		Name: serviceName, Brokers: s.KafkaBrokers, TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics,
		DB: db, Handle: events.Handler(service), Logger: t.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	if err := a.serve(ctx, s, t, wiring{services, service, store, consumer}); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// wiring is what the running parts have in common.
type wiring struct {
	services services
	service  *gateway.Service
	store    *postgres.Store
	consumer *inbox.Consumer
}

// serve listens and lists what is to run.
func (a *app) serve(ctx context.Context, s settings, t *telemetry.Telemetry, p wiring) error {
	handler, err := edge(ctx, s, t, p.services, p.service, p.store, []web.Check{
		{Name: "database", Probe: p.store.Ready},
		{Name: "events", Probe: func(context.Context) error { return p.consumer.Ready() }},
	})
	if err != nil {
		return err
	}
	if a.listener, err = web.Listen(ctx, s.Addr); err != nil {
		return err
	}
	a.parts = []daemon.Part{
		{Name: "http", Run: func(ctx context.Context) error {
			return web.Serve(ctx, requestline.Listen(a.listener), handler, t.Logger)
		}, Grace: 20 * time.Second},
		{Name: "consumer", Run: p.consumer.Run},
		{Name: "totals", Run: func(ctx context.Context) error { return p.store.Totals().Run(ctx, t.Logger) }},
	}
	return nil
}

// services are those behind the gateway.
type services struct {
	identity, directory, billing, uploads *upstream.Upstream
	neighbours                            *upstream.Neighbours
}

// uploadLimits are those of directory where bodies stream. The answer comes a good while after the end of the body.
var uploadLimits = upstream.Limits{Timeout: 2 * time.Minute, Connections: 16, Stream: true}

func connect(s settings, t *telemetry.Telemetry) (services, error) {
	tokens, wrongSecret := web.NewServiceTokens(s.ServiceSecret, serviceName)
	limits := upstream.Limits{Timeout: s.UpstreamTimeout, Connections: s.UpstreamConnections}
	identity, err1 := upstream.New("identity", s.IdentityURL, limits, t.Logger)
	directory, err2 := upstream.New("directory", s.DirectoryURL, limits, t.Logger)
	uploads, err4 := upstream.New("directory", s.DirectoryURL, uploadLimits, t.Logger)
	billing, err3 := upstream.New("billing", s.BillingURL, limits, t.Logger)
	if err := errors.Join(wrongSecret, err1, err2, err3, err4); err != nil {
		return services{}, err
	}
	return services{identity, directory, billing, uploads, upstream.NewNeighbours(directory, billing, tokens)}, nil
}

// edge is the handler of everything that comes in over HTTP.
func edge(ctx context.Context, s settings, t *telemetry.Telemetry, behind services, service *gateway.Service, reader httpapi.Reader, ready []web.Check) (http.Handler, error) {
	csrf, err := web.NewCSRF(s.CSRFSecret)
	if err != nil {
		return nil, err
	}
	keys, err := web.RemoteKeys(ctx, s.JWKSURL, t.Logger)
	if err != nil {
		return nil, err
	}
	return httpapi.New(httpapi.Config{
		Service: service, Reader: reader, Fields: postgres.Fields, Keys: keys, CSRF: csrf,
		Identity: behind.identity, Directory: behind.directory, Billing: behind.billing, Uploads: behind.uploads,
		Origins: s.CORSOrigins, TrustedProxies: s.TrustedProxies,
		Engine: web.Options{Service: serviceName, Logger: t.Logger, Metrics: t.Metrics, Ready: ready},
	})
}
