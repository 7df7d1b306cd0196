package main

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/service"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/events"
	"muster/services/gateway/internal/adapter/httpapi"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/adapter/requestline"
	"muster/services/gateway/internal/adapter/upstream"
	"muster/services/gateway/internal/adapter/zitadelapi"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/livefeed"
)

// uploadLimits apply to directory's streamed bodies. Directory needs a while between the end of the body and its
// answer.
var uploadLimits = upstream.Limits{Timeout: 2 * time.Minute, Connections: 16, Stream: true}

// countPeriod is the time between two looks at whose class has changed by the passing of time.
const countPeriod = 2 * time.Second

// assemble connects the service.
func assemble(ctx context.Context, s *settings, sh *service.Shell) error {
	log := postgres.NewChanges(sh.DB, s.PostgresURL)
	store := postgres.New(sh.DB, postgres.Feed{Consumer: sh.Name, TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics}).Logging(log)
	models, err := newBuilder(s, sh)
	if err != nil {
		return err
	}
	if err := models.prepare(ctx); err != nil {
		return err
	}
	sh.Model(models.operate())
	behind, err := connect(s, sh)
	if err != nil {
		return err
	}
	keys, err := sh.Keys(ctx)
	if err != nil {
		return err
	}
	core := gateway.New(gateway.Ports{
		Model: store, Neighbours: behind.neighbours, Emails: behind.emails, Figures: behind.figures, Now: sh.Now,
	}, s.rules())

	sh.Consumes(events.Topics, events.Handler(core))
	live := newFeed(s, sh, log)
	engine, err := mount(s, sh, behind, keys, core, store, live)
	if err != nil {
		return err
	}
	if err := mountThunder(s, sh, engine, core, sh.Throttle()); err != nil {
		return err
	}
	sh.Every("numbers of users", countPeriod, func(ctx context.Context) error { return store.KeepCounts(ctx, sh.Now()) })
	sh.Background("read model", models.run, 0)
	sh.Background("totals", func(ctx context.Context) error { return store.Totals().Run(ctx, sh.Log) }, 0)
	return nil
}

// newFeed creates the live feed of the users whose changes are logged, and runs it with the service.
func newFeed(s *settings, sh *service.Shell, log *postgres.Changes) *livefeed.Feed {
	failed := func(err error) { sh.Log.Warn("cannot read the changes of users; retrying", "error", err) }
	live := livefeed.New(log, s.feedLimits())
	sh.Background("live feed", func(ctx context.Context) error { live.Run(ctx, failed); return nil }, 0)
	sh.Background("live feed's listener", func(ctx context.Context) error { log.Listen(ctx, failed); return nil }, 0)
	return live
}

// mount serves the APIs with any Reader, and returns the engine for more.
func mount(s *settings, sh *service.Shell, behind services, keys *web.Keys, core *gateway.Service, reader httpapi.Reader, live *livefeed.Feed) (*gin.Engine, error) {
	keys.Remember(sh.Tokens)
	pace, err := httpapi.NewPace(s.NetworkRate, s.UserRate)
	if err != nil {
		return nil, err
	}
	engine, auth := sh.Public(service.Edge{Streams: httpapi.Streams(), Listen: requestline.Listen}), httpapi.Authenticator(core, keys, sh.CSRF, pace)
	err = httpapi.Mount(engine, httpapi.Config{
		Service: core, Reader: reader, People: behind.people, Fields: postgres.Fields, Auth: auth, Pace: pace,
		Identity: behind.identity, Directory: behind.directory, Billing: behind.billing, Uploads: behind.uploads,
		Origins: s.CORSOrigins, TrustedProxies: s.TrustedProxies, ExportPace: s.ExportPace, Logger: sh.Log,
		Feed: live, FeedPace: s.FeedPace, Stopping: sh.Stopping,
	})
	if err != nil {
		return nil, err
	}
	zitadelapi.Mount(engine, zitadelapi.Config{Service: core, Auth: auth, OrganizationID: s.OrganizationID, Logger: sh.Log})
	return engine, nil
}

// services are the upstreams of the gateway.
type services struct {
	identity, directory, billing, uploads *upstream.Upstream
	neighbours                            *upstream.Neighbours
	emails                                *upstream.Emails
	figures                               *upstream.Figures
	people                                *upstream.People
}

func connect(s *settings, sh *service.Shell) (services, error) {
	var problems error
	to := func(name, url string, limits upstream.Limits) *upstream.Upstream {
		u, err := upstream.New(name, url, limits, sh.Log)
		problems = errors.Join(problems, err)
		return u
	}
	limits := upstream.Limits{Timeout: s.UpstreamTimeout, Connections: s.UpstreamConnections}
	keyed := limits
	keyed.IdempotencyKeys = true
	internal, ledger := to("directory", s.DirectoryInternalURL, limits), to("billing", s.BillingInternalURL, limits)
	accounts := to("identity", s.IdentityInternalURL, limits)
	behind := services{
		identity:   to("identity", s.IdentityURL, limits),
		directory:  to("directory", s.DirectoryURL, limits),
		billing:    to("billing", s.BillingURL, keyed),
		uploads:    to("directory", s.DirectoryURL, uploadLimits),
		neighbours: upstream.NewNeighbours(internal, ledger, sh.Tokens),
		figures:    upstream.NewFigures(internal, ledger, sh.Tokens),
		emails:     upstream.NewEmails(internal, sh.Tokens),
		people:     upstream.NewPeople(accounts, internal, ledger, sh.Tokens),
	}
	return behind, problems
}
