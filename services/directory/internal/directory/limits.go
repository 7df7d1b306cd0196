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

// limited are the events that are limited (contract auth-api, "Throttles").
type limited struct {
	attemptFrom limits.Limit // a code that somebody tries without signing in, by network
	attempt     limits.Limit // the same, by network and address, so that a stranger uses up nothing of the owner's
	resendFrom  limits.Limit // a mail that somebody asks for without signing in, by network
	resend      limits.Limit // the same, by address
	wish        limits.Limit // a mail that a user asks for, by user and kind
	mail        limits.Limit // a mail that carries a code, by recipient, whoever causes it
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
		// Half of a recipient's mails, so that strangers leave the owner the other half.
		resend: daily("public resends by address", max(mailsPerDay/2, 1)),
		wish:   hourly("mails by user", cmp.Or(r.ResendsPerHour, defaultResendsPerHour)),
		mail:   daily("mails by recipient", mailsPerDay),
	}
}

// attemptBy is an attempt from a network on the code of an address.
func (l limited) attemptBy(network, email string) []limits.Use {
	return []limits.Use{l.attemptFrom.Of(network), l.attempt.Of(network + " " + usersapi.EmailKey(email))}
}

// resendTo is a mail to an address for which somebody asked without signing in.
func (l limited) resendTo(email string) []limits.Use {
	return append(l.mailsTo(email), l.resend.Of(usersapi.EmailKey(email)))
}

// wishOf is a mail of this kind for which a user asked.
func (l limited) wishOf(userID int64, kind MailKind) limits.Use {
	return l.wish.Of(strconv.FormatInt(userID, 10) + " " + string(kind))
}

// mailsTo are mails to these recipients, however the addresses are spelled.
func (l limited) mailsTo(recipients ...string) []limits.Use {
	uses := make([]limits.Use, len(recipients))
	for i, r := range recipients {
		uses[i] = l.mail.Of(usersapi.EmailKey(r))
	}
	return uses
}
