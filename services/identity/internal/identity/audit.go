package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
)

// Action is what somebody did or tried to do.
type Action string

// The actions in the audit trail.
const (
	ActRegister         Action = "register"
	ActSignIn           Action = "sign-in"
	ActRefresh          Action = "refresh" // only the use of a token that was used before
	ActLogout           Action = "logout"
	ActEndSession       Action = "end-session"
	ActEndSessions      Action = "end-sessions"
	ActChangePassword   Action = "change-password"
	ActResetPassword    Action = "reset-password"
	ActSetPassword      Action = "set-password" // by an application
	ActAddFactor        Action = "add-factor"
	ActRemoveFactor     Action = "remove-factor"
	ActRenewRecovery    Action = "renew-recovery-codes"
	ActInvite           Action = "invite"
	ActAcceptInvitation Action = "accept-invitation"
	ActCreateAdmin      Action = "create-admin" // by setting or command
	ActRotateKeys       Action = "rotate-keys"  // by an operator
	ActReadAudit        Action = "read-audit"   // only when it is refused
	ActLinkProvider     Action = "link-provider"
	ActUnlinkProvider   Action = "unlink-provider"
	ActExportPerson     Action = "export-person"

	// What an administrator did to a user in directory, and users who deleted themselves.
	ActUpdateUser   Action = "update-user"
	ActPromote      Action = "promote" // to administrator
	ActDemote       Action = "demote"
	ActChangeType   Action = "change-type"
	ActDeactivate   Action = "deactivate-user"
	ActReactivate   Action = "reactivate-user"
	ActDeleteUser   Action = "delete-user"
	ActRenewCode    Action = "renew-code"
	ActResendCode   Action = "resend-code"
	ActWithdrawCode Action = "withdraw-code"
	ActImportUsers  Action = "import-users"
)

// Actions are all actions.
var Actions = []Action{
	ActRegister, ActSignIn, ActRefresh, ActLogout, ActEndSession, ActEndSessions, ActChangePassword, ActResetPassword, ActSetPassword,
	ActAddFactor, ActRemoveFactor, ActRenewRecovery, ActInvite, ActAcceptInvitation, ActCreateAdmin, ActRotateKeys, ActReadAudit,
	ActLinkProvider, ActUnlinkProvider, ActExportPerson,
	ActUpdateUser, ActPromote, ActDemote, ActChangeType, ActDeactivate, ActReactivate, ActDeleteUser, ActRenewCode, ActResendCode, ActWithdrawCode,
	ActImportUsers,
}

// Results that are no codes of errors.
const (
	ResultOK       = "OK"
	ResultReused   = "REFRESH_REUSED"
	ResultNotAdmin = "ADMIN_REQUIRED"
	ResultPending  = "MFA_REQUIRED"   // the password was right, and a second factor is wanted
	ResultCloned   = "PASSKEY_CLONED" // a passkey has signed less often than before, so somebody has a copy of it
)

// AuditEntry is one line of the audit trail. It has ids and a network, and nothing else that is personal.
type AuditEntry struct {
	ID        int64     // given by the trail
	At        time.Time // given by the trail, in whole seconds
	Action    Action
	Result    string // [ResultOK], another of the results, or the code of an error
	ActorID   int64  // 0 for somebody who is not signed in, for an application and for an operator
	TargetID  int64  // the user whose account it was about; 0 when there is none
	SessionID string // in which it was done, or which it was about; empty when there is none
	Network   string // what the client is limited by; empty for an operator
	EventID   string // of directory's event that told of it; empty for what identity did itself
}

// Trail is the audit trail. Entries are added and never changed.
type Trail interface {
	// Record adds an entry. Inside a transaction of the store it adds it when that commits. There is one entry for an event:
	// another with its id is not added.
	Record(ctx context.Context, e AuditEntry) error
	// PurgeAudit deletes at most limit entries that are older than so many days, and returns how many. Nothing younger
	// than 30 days can be deleted.
	PurgeAudit(ctx context.Context, days, limit int) (int, error)
}

// Origin is where a request comes from, and who sends it. It travels in the context because no rule depends on it: only the
// audit trail does, and the turn of the request's password to be hashed.
type Origin struct {
	ActorID   int64 // 0 for somebody who is not signed in
	SessionID string
	Network   string
}

type originKey struct{}

// In returns a context of a request with this origin.
func (o Origin) In(ctx context.Context) context.Context {
	return context.WithValue(credentials.InNetwork(ctx, o.Network), originKey{}, o)
}

// from fills what the entry leaves open from the origin of the request.
func (e AuditEntry) from(ctx context.Context) AuditEntry {
	o, _ := ctx.Value(originKey{}).(Origin)
	e.Network = o.Network
	if e.ActorID == 0 {
		e.ActorID = o.ActorID
	}
	if e.SessionID == "" {
		e.SessionID = o.SessionID
	}
	return e
}

// done records an action inside its transaction.
func (s *Service) done(ctx context.Context, e AuditEntry) error {
	e.Result = ResultOK
	return s.trail.Record(ctx, e.from(ctx))
}

// doneBy records an action of the user of an account, whom the action has identified.
func (s *Service) doneBy(ctx context.Context, action Action, a Account, sessionID string) error {
	return s.done(ctx, AuditEntry{Action: action, ActorID: a.UserID, TargetID: a.UserID, SessionID: sessionID})
}

// refused records an action that failed with err, and returns err. The caller gets no answer before it is recorded, and an
// error of the database when it cannot be. Not recorded are wrong input, failures of this system, and refusals by a limit:
// anybody could fill the trail with these, and what has used up the limit is recorded. With a target, the refusal is
// published too.
func (s *Service) refused(ctx context.Context, e AuditEntry, err error) error {
	if err == nil || !auditable(err) {
		return err
	}
	e.Result = errs.From(err).Code
	if errors.Is(err, errCounterWentBack) {
		e.Result = ResultCloned
	}
	if failure := s.recordRefusal(ctx, e); failure != nil {
		return fmt.Errorf("record a refusal: %w", failure)
	}
	return err
}

// RecordActs records what users did elsewhere, as directory's events tell. Events that are told again add nothing. The events
// have no network, which would be personal data: the entries get that of the session, unless it is gone.
func (s *Service) RecordActs(ctx context.Context, acts []AuditEntry) error {
	for _, e := range acts {
		e.Result = ResultOK
		network, err := s.store.SessionNetwork(ctx, e.ActorID, e.SessionID)
		if err != nil && !errors.Is(err, ErrSessionNotFound) {
			return fmt.Errorf("record the event %s: %w", e.EventID, err)
		}
		e.Network = network
		if err := s.trail.Record(ctx, e); err != nil {
			return fmt.Errorf("record the event %s: %w", e.EventID, err)
		}
	}
	return nil
}

// auditable reports whether the error is a decision about what somebody may do or has proved.
func auditable(err error) bool {
	e := errs.From(err)
	switch e.Kind {
	case errs.KindUnauthenticated, errs.KindForbidden, errs.KindNotFound, errs.KindConflict:
		return e.Code != ""
	case errs.KindInvalid:
		return e.Code != errs.Invalid().Code // a wrong code of a letter
	default:
		return false
	}
}

func (s *Service) recordRefusal(ctx context.Context, e AuditEntry) error {
	ctx = context.WithoutCancel(ctx) // whoever hangs up leaves a trace all the same
	e = e.from(ctx)
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if e.TargetID != 0 {
			if err := s.publishRefusal(ctx, tx, e); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, e)
	})
}

func (s *Service) publishRefusal(ctx context.Context, tx Tx, e AuditEntry) error {
	a, err := lockLiving(ctx, tx, e.TargetID)
	if errors.Is(err, ErrAccountNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	event := a.event(identityv1.Refused, s.now(), e.SessionID)
	event.Refusal = &identityv1.Refusal{Action: string(e.Action), Result: e.Result}
	return tx.Publish(ctx, event)
}

// RefuseNonAdmin records that a user who is no administrator tried what only administrators may do.
func (s *Service) RefuseNonAdmin(ctx context.Context, action Action, userID int64) error {
	return s.recordRefusal(ctx, AuditEntry{Action: action, Result: ResultNotAdmin, TargetID: userID})
}

// purgeAudit is how many entries one statement of PurgeAudit deletes.
const purgeAudit = 5000

// PurgeAudit deletes the entries that are older than the rules say.
func (s *Service) PurgeAudit(ctx context.Context) error {
	for {
		n, err := s.trail.PurgeAudit(ctx, s.rules.AuditDays, purgeAudit)
		if err != nil || n < purgeAudit {
			return err
		}
	}
}
