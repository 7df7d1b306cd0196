package directory

import (
	"time"

	"muster/libs/errs"
	"muster/libs/usersapi"
)

// Member is one member of a change.
type Member[T any] struct {
	// Given is false when the member was omitted, which leaves the field unchanged.
	Given bool
	// Value is the new value; nil clears the field.
	Value *T
}

// UserChange is an administrator's change to a user. The zero value changes nothing.
type UserChange struct {
	Username      Member[string]
	Email         Member[string]
	FirstName     Member[string]
	LastName      Member[string]
	TypeCode      Member[string]
	IsActive      Member[bool]
	ExemptionFrom Member[time.Time]
	ExemptionTo   Member[time.Time]
	// Properties replace all previous properties; nil and {} clear them. Any text is allowed here, because
	// ParseProperties validates it.
	Properties Member[Properties]
}

// checked returns the change with normalized values, or an error with one entry per invalid field.
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

// applied returns the user with the change, at the same version.
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
	if u.TypeCode != before.TypeCode { // a type set by hand stays until access next begins or ends
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

// required validates a member that cannot be cleared; optional validates one that can.
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

// parsed replaces the member's value with the result of parse, or returns the error text of parse.
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
