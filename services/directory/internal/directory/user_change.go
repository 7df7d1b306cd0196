package directory

import (
	"time"

	"muster/libs/errs"
	"muster/libs/usersapi"
)

// Member is one member of a change.
type Member[T any] struct {
	// Given is false when the member was left out, and stays as it is.
	Given bool
	// Value is what it becomes; nil clears it.
	Value *T
}

// UserChange is what an administrator changes of a user. The zero value changes nothing.
type UserChange struct {
	Username      Member[string]
	Email         Member[string]
	FirstName     Member[string]
	LastName      Member[string]
	TypeCode      Member[string]
	IsActive      Member[bool]
	ExemptionFrom Member[time.Time]
	ExemptionTo   Member[time.Time]
	// Properties take the place of all that there were; nil and {} clear them. Any text may be given here: it is read
	// by ParseProperties.
	Properties Member[Properties]
}

// checked is the change with its values as they are stored, or an error that says what is wrong with each.
func (c UserChange) checked() (UserChange, error) {
	var wrong []errs.Field
	note := func(field, message string) {
		if message != "" {
			wrong = append(wrong, errs.Field{Field: field, Message: message})
		}
	}
	optionalName := func(field string, m *Member[string]) {
		name, err := usersapi.ParseOptionalName(m.Value)
		if err != nil {
			note(field, err.Error())
		}
		m.Value = name
	}
	note("username", required(c.Username, parsed(&c.Username, usersapi.ParseName)))
	optionalName("firstName", &c.FirstName)
	optionalName("lastName", &c.LastName)
	note("userTypeCode", required(c.TypeCode, typeProblem))
	note("isActive", required(c.IsActive, func(bool) string { return "" }))
	note("email", required(c.Email, parsed(&c.Email, usersapi.ParseEmail)))
	note("properties", optional(c.Properties, parsed(&c.Properties, func(p Properties) (Properties, error) {
		return ParseProperties(string(p))
	})))
	c.ExemptionFrom.Value = wholeSecond(c.ExemptionFrom.Value)
	c.ExemptionTo.Value = wholeSecond(c.ExemptionTo.Value)
	if wrong != nil {
		return UserChange{}, errs.Invalid(wrong...)
	}
	return c, nil
}

// applied is the user with the change made to it, at its old version.
func (c UserChange) applied(u User, now time.Time) User {
	before := u
	set(&u.Username, c.Username)
	set(&u.Email, c.Email)
	set(&u.TypeCode, c.TypeCode)
	set(&u.IsActive, c.IsActive)
	replace(&u.FirstName, c.FirstName)
	replace(&u.LastName, c.LastName)
	replace(&u.Exemption.From, c.ExemptionFrom)
	replace(&u.Exemption.To, c.ExemptionTo)
	if u.Exemption.equal(before.Exemption) {
		return u
	}
	if u.TypeCode != before.TypeCode { // set by hand, it stands until access next begins or ends
		u.TypeDueAt = u.Exemption.next(now)
		return u
	}
	return u.withTypeByAccess(now)
}

func set[T any](to *T, m Member[T]) {
	if m.Given {
		*to = *m.Value
	}
}

func replace[T any](to **T, m Member[T]) {
	if m.Given {
		*to = m.Value
	}
}

// required finds a problem with a member that cannot be cleared; optional with one that can.
func required[T any](m Member[T], problem func(T) string) string {
	if m.Given && m.Value == nil {
		return "must not be null"
	}
	return optional(m, problem)
}

func optional[T any](m Member[T], problem func(T) string) string {
	if !m.Given || m.Value == nil {
		return ""
	}
	return problem(*m.Value)
}

// parsed puts what parse makes of the member's value in its place. It says what is wrong with a value that parse refuses.
func parsed[T any](m *Member[T], parse func(T) (T, error)) (problem func(T) string) {
	return func(value T) string {
		result, err := parse(value)
		if err != nil {
			return err.Error()
		}
		m.Value = &result
		return ""
	}
}

func typeProblem(code string) string {
	if usersapi.TypeName(code) == "" {
		return "must be SUBS, NONS or ADMI"
	}
	return ""
}
