package events

import (
	"fmt"
	"strings"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/libs/usersapi"
	"muster/services/identity/internal/identity"
)

// actions are the entries of the audit trail for events that name who did it.
var actions = map[directoryv1.Kind]identity.Action{
	directoryv1.Updated:       identity.ActUpdateUser,
	directoryv1.TypeChanged:   identity.ActChangeType,
	directoryv1.Deactivated:   identity.ActDeactivate,
	directoryv1.Reactivated:   identity.ActReactivate,
	directoryv1.Deleted:       identity.ActDeleteUser,
	directoryv1.CodeRenewed:   identity.ActRenewCode,
	directoryv1.CodeResent:    identity.ActResendCode,
	directoryv1.CodeWithdrawn: identity.ActWithdrawCode,
}

// actOf returns the entry for a record of directory's events, and whether there is one: not for unknown types and kinds, nor
// for what nobody signed in has done.
func actOf(r inbox.Record) (act identity.AuditEntry, found bool, err error) {
	var actor *directoryv1.Actor
	switch {
	case strings.HasPrefix(r.Type, "directory.import."):
		e, err := contracts.Decode[directoryv1.ImportEvent](r.Event)
		if err != nil {
			return act, false, err
		}
		actor, act.Action = &e.Actor, identity.ActImportUsers
	default:
		e, err := contracts.Decode[directoryv1.UserEvent](r.Event)
		if err != nil {
			return act, false, err
		}
		actor, act.Action, act.TargetID = e.Actor, actions[e.Kind], e.UserID
		if e.Kind == directoryv1.TypeChanged {
			act.Action = typeAction(e)
		}
	}
	if actor == nil || act.Action == "" {
		return act, false, nil
	}
	if actor.UserID <= 0 || act.TargetID < 0 || r.ID == "" {
		return act, false, fmt.Errorf("event %s %q of user %d by user %d", r.Type, r.ID, act.TargetID, actor.UserID)
	}
	act.ActorID, act.SessionID, act.EventID = actor.UserID, actor.SessionID, r.ID
	return act, true, nil
}

// typeAction tells promotions to administrator and demotions from other changes of the type.
func typeAction(e directoryv1.UserEvent) identity.Action {
	switch usersapi.TypeAdministrator {
	case e.TypeCode:
		return identity.ActPromote
	case e.FormerTypeCode:
		return identity.ActDemote
	default:
		return identity.ActChangeType
	}
}
