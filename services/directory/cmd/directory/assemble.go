package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts"
	"muster/libs/service"
	"muster/libs/standing"
	"muster/libs/usersapi/emailkeys"
	"muster/services/directory/internal/adapter/events"
	"muster/services/directory/internal/adapter/httpapi"
	"muster/services/directory/internal/adapter/identityapi"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

const (
	mailWorkers  = 8
	mailPoll     = time.Second
	reviewPeriod = time.Second // the maximum delay between the start or end of an exemption and the change of type
	purgePeriod  = time.Hour
	foldPeriod   = time.Minute
)

// assemble connects the service.
func assemble(ctx context.Context, s *settings, sh *service.Shell) error {
	repairKeys := func(ctx context.Context) error { return emailkeys.Repair(ctx, sh.DB, sh.Log, postgres.EmailKeys...) }
	if err := repairKeys(ctx); err != nil {
		return err
	}
	store, lists, revoked := postgres.New(sh.DB, sh.Now), postgres.NewLists(sh.DB), standing.New(sh.DB)
	mailer, err := smtp.New(s.smtp())
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	sh.Closes(mailer.Close)
	legacy, err := identityapi.NewLegacyAccounts(s.IdentityInternalURL, sh.Tokens)
	if err != nil {
		return err
	}
	keys, err := sh.Keys(ctx)
	if err != nil {
		return err
	}
	core := directory.New(directory.Ports{Store: store, Mails: store, Mailer: mailer, Throttle: sh.Throttle(), Now: sh.Now, NewToken: uuid.NewString}, s.rules())
	imports := roster.New(roster.Ports{Store: store.Roster(), Legacy: legacy, Now: sh.Now})

	sh.Publishes(core.Republish, contracts.TopicUser, contracts.TopicUserEvents)
	sh.Consumes(events.Topics, revoked.Follow(events.Handler(core, sh.Log)))
	httpapi.Mount(sh.Public(service.Edge{Streams: httpapi.Streams}), httpapi.Config{
		Service: core, Roster: imports, Reader: lists, Imports: lists, Keys: keys, CSRF: sh.CSRF, Standing: revoked.CheckRow(postgres.Standing),
		AdminsOnly: s.Visibility == visibleToAdmins, Draining: sh.Stopping,
	})
	httpapi.MountInternal(sh.Internal("gateway"), core, lists)
	httpapi.MountIdentity(sh.Internal("identity"), core)
	sh.Works(service.Queue{
		Name: "mail", Workers: mailWorkers, Woken: store.MailQueued(), Poll: mailPoll, Grace: 2*s.SMTPTimeout + 5*time.Second,
		Next: func(ctx context.Context) (bool, error) { return nextMail(ctx, core, sh.Log) },
	})
	sh.Every("review of types", reviewPeriod, func(ctx context.Context) error { _, err := core.ReviewTypes(ctx); return err })
	sh.Every("purge of mail", purgePeriod, core.PurgeMail)
	sh.Every("purge of requests", purgePeriod, core.PurgeRequests)
	sh.Every("legacy totals", foldPeriod, lists.FoldLegacyTotals)
	sh.Every("email keys", emailkeys.Period, repairKeys)
	for _, totals := range lists.Totals() {
		sh.Background("totals", func(ctx context.Context) error { return totals.Run(ctx, sh.Log) }, 0)
	}
	return nil
}

// nextMail sends the next mail that is due. It logs the outcome without the recipient.
func nextMail(ctx context.Context, core *directory.Service, log *slog.Logger) (found bool, err error) {
	d, found, err := core.DeliverMail(ctx)
	if err != nil {
		return found, fmt.Errorf("mail %d: %w", d.MailID, err)
	}
	if !found {
		return false, nil
	}
	level, message := slog.LevelDebug, "mail sent"
	switch {
	case errors.Is(d.Err, directory.ErrMailStale):
		level, message = slog.LevelInfo, "mail not sent"
	case errors.Is(d.Err, directory.ErrMailRefused):
		level, message = slog.LevelWarn, "mail abandoned"
	case d.Abandoned:
		level, message = slog.LevelError, "mail abandoned: the mail server did not accept it in time"
	case d.Err != nil:
		level, message = slog.LevelWarn, "mail not sent, will be retried"
	}
	log.Log(ctx, level, message, "mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts, "error", d.Err)
	return true, nil
}
