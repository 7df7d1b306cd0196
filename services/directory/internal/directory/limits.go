package directory

import (
	"cmp"
	"strconv"
	"time"

	"muster/libs/limits"
	"muster/libs/usersapi"
)

const (
	defaultResendsPerHour     = 10
	defaultMailsPerDay        = 20
	defaultAttemptsPerNetwork = 60
	defaultAttemptsPerAddress = 10
	defaultResendsPerNetwork  = 60
)

// limited holds the limits by kind of event (contract auth-api, "Throttles").
type limited struct {
	attemptFrom limits.Limit // an attempt to redeem a code without a session, by network
	attempt     limits.Limit // the same, by network and address, so a stranger does not use up the owner's attempts
	resendFrom  limits.Limit // a mail requested without a session, by network
	resend      limits.Limit // the same, by address
	wish        limits.Limit // a mail requested by a user, by user and kind
	mail        limits.Limit // a mail with a code, by recipient, whatever its cause
}

func newLimited(r Rules) limited {
	mailsPerDay := cmp.Or(r.MailsPerDay, defaultMailsPerDay)
	hourly := func(name string, most int) limits.Limit {
		return limits.Limit{Name: name, Most: most, Window: time.Hour}
	}
	daily := func(name string, most int) limits.Limit {
		return limits.Limit{Name: name, Most: most, Window: 24 * time.Hour}
	}
	return limited{
		attemptFrom: hourly("attempts by network", cmp.Or(r.AttemptsPerNetwork, defaultAttemptsPerNetwork)),
		attempt:     hourly("attempts by network and address", cmp.Or(r.AttemptsPerAddress, defaultAttemptsPerAddress)),
		resendFrom:  hourly("public resends by network", cmp.Or(r.ResendsPerNetwork, defaultResendsPerNetwork)),
		// Strangers can use up half of a recipient's mails, so the owner keeps the other half.
		resend: daily("public resends by address", max(mailsPerDay/2, 1)),
		wish:   hourly("mails by user", cmp.Or(r.ResendsPerHour, defaultResendsPerHour)),
		mail:   daily("mails by recipient", mailsPerDay),
	}
}

// attemptBy returns the limits of an attempt from a network to redeem the code of an address.
func (l limited) attemptBy(network, email string) []limits.Use {
	return []limits.Use{l.attemptFrom.Of(network), l.attempt.Of(network + " " + usersapi.EmailKey(email))}
}

// resendTo returns the limits of a mail to an address that was requested without a session.
func (l limited) resendTo(email string) []limits.Use {
	return append(l.mailsTo(email), l.resend.Of(usersapi.EmailKey(email)))
}

// wishOf returns the limit of a mail of this kind that a user requested.
func (l limited) wishOf(userID int64, kind MailKind) limits.Use {
	return l.wish.Of(strconv.FormatInt(userID, 10) + " " + string(kind))
}

// mailsTo returns the limits of mails to these recipients. The spelling of an address does not matter.
func (l limited) mailsTo(recipients ...string) []limits.Use {
	uses := make([]limits.Use, len(recipients))
	for i, r := range recipients {
		uses[i] = l.mail.Of(usersapi.EmailKey(r))
	}
	return uses
}
