package benchdata

import (
	"fmt"
	"strings"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/usersapi"
)

// The users registered within these five years. All effects of time have already happened by the end, so filled data
// does not change by itself when the services run.
var (
	opened = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	closed = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

var (
	first = newZipf(firstNames)
	last  = newZipf(lastNames)

	authTypes = weighted[string]{{"EMAI", 700}, {"GOOG", 200}, {"APPE", 50}, {"FACE", 30}, {"XXXX", 10}, {"LINK", 10}}
)

// person is a user with everything that the services know about them.
type person struct {
	directoryv1.User
	typeDueAt    *time.Time
	subscribed   bool
	requests     []request
	subscription subscription

	// activityVersion is the newest version of the account that directory acts on, and has followed.
	activityVersion int64
}

// request is an open verification request.
type request struct {
	typeCode, code string
	createdOn      time.Time
	attempts       int
}

// crowd is all users: their ids are consecutive.
type crowd struct{ firstID, size int64 }

// person generates the nth user, from 0.
func (w crowd) person(n int64) person {
	id := w.firstID + n
	c := chanceOf(id)
	p := person{User: directoryv1.User{ID: id, AuthTypeCode: authTypes.pick(c), IsActive: !c.in(50)}}
	p.name(c)
	p.live(c, w.registered(n))
	p.verify(c)
	p.exempt(c)
	p.subscribe(c)
	p.settle(c)
	return p
}

// registered spreads the registrations evenly over the years, in the order of the ids.
func (w crowd) registered(n int64) time.Time {
	seconds := int64(closed.Sub(opened)/time.Second) - 1
	return opened.Add(time.Duration(float64(seconds)*float64(n)/float64(w.size)) * time.Second)
}

func (p *person) name(c chance) {
	f, l := first.pick(c), last.pick(c)
	spelled := plain.Replace(strings.ToLower(f)) + "." + plain.Replace(strings.ToLower(l))
	p.Email = fmt.Sprintf("%s%d@%s", spelled, p.ID, domains.pick(c))
	p.Username = f + " " + l
	if c.in(600) {
		p.Username = strings.ReplaceAll(spelled, ".", "")
	}
	if !c.in(30) {
		p.FirstName = &f
	}
	if !c.in(30) {
		p.LastName = &l
	}
	if c.in(80) {
		legacy := 100_000 + p.ID
		p.LegacyUserID = &legacy
	}
}

func (p *person) live(c chance, registered time.Time) {
	p.CreatedAt = registered.Truncate(time.Second)
	p.UpdatedAt = c.between(p.CreatedAt, closed)
	if !c.in(150) {
		at := c.between(p.CreatedAt, closed)
		p.LastLoginAt = &at
	}
}

// verify leaves one user in ten unverified. These registered with a password and have an open request.
func (p *person) verify(c chance) {
	if p.AuthTypeCode == "EMAI" && c.in(143) {
		p.ask(c, "REGR", p.CreatedAt)
		return
	}
	at := c.between(p.CreatedAt, p.UpdatedAt)
	p.VerifiedAt = &at
	if c.in(11) {
		p.ask(c, "RPWR", c.between(p.CreatedAt, closed))
	}
}

func (p *person) ask(c chance, typeCode string, at time.Time) {
	p.requests = append(p.requests, request{typeCode, c.code(), at, c.IntN(4)})
}

// exempt gives some users an exemption: without an end, expired, or ending far in the future.
func (p *person) exempt(c chance) {
	if !c.in(20) {
		return
	}
	from, far := p.CreatedAt, time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)
	p.ExemptionFrom = &from
	switch c.IntN(4) {
	case 0:
		over := c.between(from, closed)
		p.ExemptionTo = &over
	case 1:
		due := far.Add(time.Second)
		p.ExemptionTo, p.typeDueAt = &far, &due
	}
}

// exempted reports whether an exemption is practically permanent.
func (p *person) exempted() bool {
	return p.ExemptionFrom != nil && (p.ExemptionTo == nil || p.ExemptionTo.After(closed))
}

// settle gives the user the resulting type, and versions at which all services have followed each other.
func (p *person) settle(c chance) {
	p.subscribed = p.subscription.Access
	p.TypeCode = usersapi.TypeNotSubscribed
	switch {
	case p.subscription.Current == nil && c.in(2):
		p.TypeCode = usersapi.TypeAdministrator
	case p.subscribed || p.exempted():
		p.TypeCode = usersapi.TypeSubscribed
	}
	p.activityVersion = 1 + c.Int64N(20)
	p.AccountVersion = p.activityVersion + c.Int64N(2)
	p.AccessVersion = 1 + c.Int64N(3)
	p.Version = p.AccessVersion + p.AccountVersion
	if p.subscription.Version > 0 {
		p.subscription.UserVersion = p.AccessVersion
	}
	if p.subscription.AccessVersion > 0 {
		p.SubscriptionVersion = p.subscription.Version
	}
}
