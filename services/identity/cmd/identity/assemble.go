package main

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts"
	"muster/libs/service"
	"muster/libs/usersapi/emailkeys"
	"muster/libs/web"
	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/adapter/directoryapi"
	"muster/services/identity/internal/adapter/events"
	"muster/services/identity/internal/adapter/httpapi"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/adapter/provider"
	"muster/services/identity/internal/adapter/token"
	"muster/services/identity/internal/adapter/totp"
	"muster/services/identity/internal/adapter/webauthn"
	"muster/services/identity/internal/identity"
)

const (
	// keyPeriod is far shorter than the time between publishing a signing key and signing with it. All replicas
	// therefore have the key before it signs.
	keyPeriod   = 30 * time.Second
	purgePeriod = 10 * time.Minute
	auditPeriod = time.Hour
)

// processors is how many passwords are hashed at a time. Go runs as much again beside them: with no more threads than
// hashes, a request that needs a processor for a moment would wait until the scheduler interrupts a hash, after 10 ms. The
// kernel lets a thread that has slept run at once.
var processors = runtime.GOMAXPROCS(0)

// assemble connects the service. It creates the first signing key and the first administrator.
func assemble(ctx context.Context, s *settings, sh *service.Shell) error {
	repairKeys := func(ctx context.Context) error { return emailkeys.Repair(ctx, sh.DB, sh.Log, postgres.EmailKeys...) }
	if err := repairKeys(ctx); err != nil {
		return err
	}
	p, err := newParts(s, sh)
	if err != nil {
		return err
	}
	store, ring, core := p.store, p.ring, p.core
	if err := warnOfAudit(ctx, store, sh); err != nil {
		return err
	}
	if err := errors.Join(core.RefreshKeys(ctx), bootstrap(ctx, s, core, sh)); err != nil {
		return err
	}

	sh.Publishes(core.Republish, contracts.TopicAccount, contracts.TopicAccountEvents)
	sh.Consumes(events.Topics, events.Handler(core))
	httpapi.Mount(sh.Public(service.Edge{}), httpapi.Config{
		Service: core, Reader: store, Keys: web.LocalKeys(ring.Public), CSRF: sh.CSRF,
		PublicKeys: func() any { return ring.JWKS() }, BaseURL: s.baseURL(), Returns: s.ReturnURLOrigins,
	})
	httpapi.MountInternal(sh.Internal("directory"), core)
	forGateway := sh.Internal("gateway")
	httpapi.MountThunder(forGateway, core)
	httpapi.MountPeople(forGateway, core, store)
	sh.SigningKeys(operatorsKeys(core, sh.Now))
	sh.Ready("signing keys", func(context.Context) error { return ring.Ready(sh.Now()) })
	sh.Every("signing keys", keyPeriod, core.RefreshKeys)
	sh.Every("purge", purgePeriod, core.Purge)
	sh.Every("purge of the audit", auditPeriod, core.PurgeAudit)
	sh.Every("email keys", emailkeys.Period, repairKeys)
	return nil
}

// parts are the core and those of its adapters that are used besides.
type parts struct {
	store *postgres.Store
	ring  *token.Ring
	core  *identity.Service
}

func newParts(s *settings, sh *service.Shell) (parts, error) {
	p := parts{store: postgres.New(sh.DB, sh.Now)}
	passwords, err := argon2.New(s.argon2(), s.ForeignHashMaxCost, processors)
	if err != nil {
		return parts{}, err
	}
	runtime.GOMAXPROCS(2 * processors)
	if p.ring, err = token.NewRing(s.KeySecret); err != nil {
		return parts{}, err
	}
	otp, err := totp.New(s.KeySecret, s.Issuer)
	if err != nil {
		return parts{}, err
	}
	passkeys, err := webauthn.New(s.relyingParty())
	if err != nil {
		return parts{}, err
	}
	directory, err := directoryapi.New(s.DirectoryInternalURL, sh.Tokens)
	if err != nil {
		return parts{}, err
	}
	providers, err := provider.New(s.providers(), sh.Now)
	if err != nil {
		return parts{}, err
	}
	p.core = identity.New(identity.Ports{
		Store: p.store, Trail: loggedTrail{p.store, sh.Log}, Factors: p.store, OneTimePasswords: otp, Throttle: sh.Throttle(), Keys: p.store, Passwords: passwords, Tokens: p.ring, Directory: directory,
		Providers: providers, Flows: p.store, Passkeys: passkeys, PasskeyStore: p.store,
		Now: sh.Now, NewID: uuid.NewString,
	}, s.rules())
	return p, nil
}

// warnOfAudit warns when the service's own role owns the audit trail.
func warnOfAudit(ctx context.Context, store *postgres.Store, sh *service.Shell) error {
	can, err := store.AuditCanBeChanged(ctx)
	if can {
		sh.Log.WarnContext(ctx, "the role of IDENTITY_POSTGRES_URL can change the audit trail: give it one without rights of its own, "+
			"and set IDENTITY_POSTGRES_OWNER_URL to the owner of the tables")
	}
	return err
}

// bootstrap creates the first administrator if the settings name one.
func bootstrap(ctx context.Context, s *settings, core *identity.Service, sh *service.Shell) error {
	if s.BootstrapAdminEmail == "" {
		return nil
	}
	created, err := core.EnsureAdministrator(ctx, s.BootstrapAdminEmail, s.BootstrapAdminPassword)
	if err != nil {
		return errors.Join(errors.New("IDENTITY_BOOTSTRAP_ADMIN_EMAIL, IDENTITY_BOOTSTRAP_ADMIN_PASSWORD"), err)
	}
	if created {
		sh.Log.InfoContext(ctx, "first administrator created")
	}
	return nil
}
