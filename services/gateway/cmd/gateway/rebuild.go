package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/inbox"
	"muster/libs/ops"
	"muster/libs/pg"
	"muster/libs/service"
	"muster/services/gateway/internal/adapter/events"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
)

const (
	buildPoll  = time.Second // between looks for a requested build, and for one that another process has left
	buildRetry = 5 * time.Second
	swapRetry  = time.Second
	// swapPatience is the time between log lines that say why a new model has not taken over.
	swapPatience = 30 * time.Second
	catchPoll    = 50 * time.Millisecond
)

// The work whose failures are counted.
const (
	building = "read model"
	takeover = "takeover of the read model"
)

// builder builds new read models beside the live one. Every replica runs one. The one that holds the lead builds; if it
// ends, another goes on where it stopped.
type builder struct {
	models *postgres.Models
	sh     *service.Shell
	// consumer is the configuration of the consumer that feeds the new model, without its database and handler.
	consumer inbox.Config
}

func newBuilder(s *settings, sh *service.Shell) (*builder, error) {
	models, err := postgres.NewModels(sh.DB, s.PostgresURL, s.model, sh.Name)
	if err != nil {
		return nil, err
	}
	sh.MayFail(building)
	sh.MayFail(takeover)
	return &builder{models, sh, inbox.Config{
		Name: models.NextConsumer(), Brokers: s.KafkaBrokers, Access: s.KafkaAccess(), TopicPrefix: s.KafkaTopicPrefix, Topics: events.Topics, Logger: sh.Log, Unmetered: true,
	}}, nil
}

// prepare returns when there is a live model that this program can serve: it creates the first one, and builds one if the
// live one is too old. Meanwhile the replicas of the release before serve.
func (b *builder) prepare(ctx context.Context) error {
	if err := b.models.Prepare(ctx); err != nil {
		return err
	}
	for {
		live, err := b.models.LiveVersion(ctx)
		if err != nil {
			return err
		}
		if live >= postgres.OldestServed {
			return nil
		}
		b.sh.Log.InfoContext(ctx, "the live read model is too old to be served; building one first", "live", live, "version", b.models.Version)
		if err := b.step(ctx); err != nil {
			b.sh.Failed(ctx, building)
			b.sh.Log.ErrorContext(ctx, "cannot build the read model; retrying", "error", err)
		}
		if pause(ctx, buildPoll) != nil {
			return ctx.Err()
		}
	}
}

// run builds whatever is requested until ctx is done.
func (b *builder) run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := buildPoll
		if err := b.step(ctx); err != nil && ctx.Err() == nil {
			b.sh.Failed(ctx, building)
			b.sh.Log.ErrorContext(ctx, "cannot build the read model; retrying", "error", err)
			wait = buildRetry
		}
		_ = pause(ctx, wait)
	}
	return nil
}

// request is "gateway rebuild": it requests a model, builds it unless a replica does, and returns when it is live.
func (b *builder) request(ctx context.Context) error {
	if err := b.models.Prepare(ctx); err != nil {
		return err
	}
	if err := b.models.Request(ctx); err != nil && !errors.Is(err, postgres.ErrRebuilding) {
		return err
	}
	for {
		if err := b.step(ctx); err != nil {
			return err
		}
		if _, building, err := b.models.Current(ctx); err != nil || !building {
			return err
		}
		if err := pause(ctx, buildPoll); err != nil {
			return fmt.Errorf("the build is not finished; a running gateway, or the same command, goes on with it: %w", err)
		}
	}
}

// step builds the model that is due, unless another process does, and drops the one before the live one.
func (b *builder) step(ctx context.Context) error {
	build, drop, err := b.models.Due(ctx)
	if err != nil || !build && !drop {
		return err
	}
	db, err := b.models.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = pg.Close(db) }()
	release, leads, err := b.models.Lead(ctx, db)
	if err != nil || !leads {
		return err
	}
	defer release()
	if build {
		if err := b.build(ctx, db); err != nil {
			return err
		}
	}
	return b.models.DropOld(ctx)
}

// build builds the new model and swaps it in.
func (b *builder) build(ctx context.Context, db *gorm.DB) (err error) {
	begin := time.Now()
	phase, err := b.models.Begin(ctx, db)
	if err != nil {
		return err
	}
	b.sh.Log.InfoContext(ctx, "building a read model", "version", b.models.Version, "phase", phase)
	consumer, stop, err := b.feed(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := b.await(ctx, consumer); err != nil {
		return err
	}
	if phase != "counted" {
		if err := b.models.Count(ctx, db); err != nil {
			return err
		}
	}
	if err := b.models.Analyze(ctx, db); err != nil {
		return err
	}
	if err := b.swap(ctx, db, consumer); err != nil {
		return err
	}
	b.sh.Log.InfoContext(ctx, "the new read model is live", "version", b.models.Version, "took", time.Since(begin).Round(time.Millisecond).String())
	return b.models.Finish(ctx)
}

// swap makes the new model the live one as soon as that is possible.
func (b *builder) swap(ctx context.Context, db *gorm.DB, consumer *inbox.Consumer) error {
	said := time.Now()
	for {
		err := b.models.Swap(ctx, db)
		if !errors.Is(err, postgres.ErrNotYet) {
			return err
		}
		if time.Since(said) > swapPatience {
			b.sh.Failed(ctx, takeover)
			b.sh.Log.WarnContext(ctx, "the new read model cannot take over yet", "reason", err)
			said = time.Now()
		}
		if err := b.await(ctx, consumer); err != nil {
			return err
		}
		if err := pause(ctx, swapRetry); err != nil {
			return err
		}
	}
}

// feed starts the consumer of the new model.
func (b *builder) feed(ctx context.Context, db *gorm.DB) (consumer *inbox.Consumer, stop func() error, err error) {
	config := b.consumer
	config.DB = db
	apply := events.Handler(gateway.New(gateway.Ports{Model: postgres.New(db, postgres.Feed{})}, gateway.Rules{}))
	config.Handle = func(ctx context.Context, records []inbox.Record) error {
		if err := b.models.StillNext(ctx, db); err != nil {
			return err
		}
		return apply(ctx, records)
	}
	if consumer, err = inbox.New(config); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx) }()
	return consumer, func() error { cancel(); return <-ended }, nil
}

// await waits until the new model has everything that was in the topics when the build began, or went on. If the log of
// a partition is not the one that was read, the build begins anew.
func (b *builder) await(ctx context.Context, consumer *inbox.Consumer) error {
	for consumer.Ready() != nil {
		lost, err := b.models.Lost(ctx)
		if err != nil {
			return err
		}
		if lost != "" {
			return errors.Join(fmt.Errorf("the build begins anew, because the log of a topic has changed: %s", lost), b.models.Restart(ctx))
		}
		if err := pause(ctx, catchPoll); err != nil {
			return err
		}
	}
	return nil
}

// operate offers the read model to operators.
func (b *builder) operate() ops.Model {
	return ops.Model{
		Rebuild: b.models.Request, Accept: b.models.Accept,
		State: func(ctx context.Context) (ops.ModelState, error) {
			live, err := b.models.LiveVersion(ctx)
			if err != nil {
				return ops.ModelState{}, err
			}
			state := ops.ModelState{Version: live}
			build, found, err := b.models.Current(ctx)
			if found {
				state.Build = &ops.ModelBuild{Version: build.Version, Phase: build.Phase, RequestedAt: build.RequestedAt.UTC(), Lacking: build.Lacking}
			}
			return state, err
		},
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
