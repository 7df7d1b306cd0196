package roster

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// maxHash is the maximum length of a password hash in bytes. Real hashes have at most a few hundred.
const maxHash = 1024

// futureSlack is how far the former system's clock may be ahead of ours.
const futureSlack = 24 * time.Hour

// earliest is the earliest valid creation time. Earlier values, such as the first day of year 1, are placeholders.
var earliest = time.Unix(0, 0).UTC()

// Codes of failed rows and of rows with a remark.
const (
	codeBadRow   = "VALIDATION_FAILED"
	codeTooLong  = "LINE_TOO_LONG"
	codeBadHash  = "HASH_MALFORMED"
	codeOnRoster = "EMAIL_ON_ROSTER"
	codeAccount  = "ACCOUNT_EXISTS"
	// codeUnverified: an account has the address and has not verified it.
	codeUnverified = "ACCOUNT_UNVERIFIED"
	codeDeleted    = "USER_DELETED"
)

// rosterRow is a parsed line: a legacy user with a password hash, or the problem of the line.
type rosterRow struct {
	line int64
	user LegacyUser
	hash *string
	// problem is nil for a valid row.
	problem *rowProblem
}

// rowProblem is why a row is rejected.
type rowProblem struct{ code, message string }

func (p *rowProblem) Error() string { return p.message }

// parseRows parses the non-blank lines of a batch.
func parseRows(b batch, now time.Time) []rosterRow {
	rows := make([]rosterRow, 0, len(b))
	for _, l := range b {
		if l.tooLong || len(bytes.TrimSpace(l.text)) > 0 {
			rows = append(rows, parseRow(l, now))
		}
	}
	return rows
}

func parseRow(l line, now time.Time) rosterRow {
	r := rosterRow{line: l.number}
	err := r.read(l, now)
	if err != nil {
		r.problem = &rowProblem{codeBadRow, err.Error()}
		errors.As(err, &r.problem)
	}
	return r
}

// read parses the row. It reads the id first, because the report of a failed row also has it.
func (r *rosterRow) read(l line, now time.Time) error {
	if l.tooLong {
		return &rowProblem{codeTooLong, fmt.Sprintf("The line is longer than %d bytes.", maxLine)}
	}
	m, err := readMembers(l.text)
	if err != nil {
		return err
	}
	if r.user.ID, err = take[int64](m, "legacyUserId", "must be a positive integer"); err != nil || r.user.ID <= 0 {
		r.user.ID = 0
		return errors.New("legacyUserId: must be a positive integer")
	}
	for _, read := range []func(members) error{r.readAddress, r.readNames, r.readFlags, r.readHash, r.readProperties} {
		if err := read(m); err != nil {
			return err
		}
	}
	r.user.CreatedAt, err = takeTime(m, "createdAt", now.Add(futureSlack))
	return err
}

func (r *rosterRow) readAddress(m members) error {
	text, err := take[string](m, "email", "must be a string")
	if err != nil {
		return err
	}
	if r.user.Email, err = usersapi.ParseEmail(text); err != nil {
		return fmt.Errorf("email: %w", err)
	}
	return nil
}

// readNames defaults the username to the part of the address before the "@", as registration does.
func (r *rosterRow) readNames(m members) error {
	username, err := takeName(m, "username")
	if err != nil {
		return err
	}
	r.user.Username, _, _ = strings.Cut(r.user.Email, "@")
	if username != nil {
		r.user.Username = *username
	}
	if r.user.FirstName, err = takeName(m, "firstName"); err != nil {
		return err
	}
	r.user.LastName, err = takeName(m, "lastName")
	return err
}

func (r *rosterRow) readFlags(m members) (err error) {
	if r.user.EmailVerified, err = take[bool](m, "emailVerified", "must be true or false"); err != nil {
		return err
	}
	r.user.Activate, err = take[bool](m, "activate", "must be true or false")
	return err
}

// readHash limits the length of the hash; identity parses it.
func (r *rosterRow) readHash(m members) (err error) {
	if r.hash, err = take[*string](m, "passwordHash", "must be a string"); err != nil || r.hash == nil {
		return err
	}
	bad := strings.ContainsFunc(*r.hash, func(c rune) bool { return c <= ' ' || c > '~' })
	if bad || *r.hash == "" || len(*r.hash) > maxHash {
		return &rowProblem{codeBadHash, fmt.Sprintf("passwordHash: must have 1 to %d visible ASCII characters", maxHash)}
	}
	return nil
}

// readProperties parses the custom properties, which have the limits of every user's.
func (r *rosterRow) readProperties(m members) (err error) {
	raw, given := m["properties"]
	if !given || string(raw) == "null" {
		return nil
	}
	if r.user.Properties, err = directory.ParseProperties(string(raw)); err != nil {
		return fmt.Errorf("properties: %w", err)
	}
	return nil
}

// members are the members of a JSON object.
type members map[string]json.RawMessage

// readMembers parses exactly one JSON object. A duplicate name is an error, because the intended value is ambiguous.
func readMembers(text []byte) (members, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("The line is not UTF-8.") //nolint:revive,staticcheck // a sentence of the report
	}
	notJSON := errors.New("The line is not one JSON object.") //nolint:revive,staticcheck // a sentence of the report
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, notJSON
	}
	m := members{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, notJSON
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, notJSON
		}
		if _, twice := m[name]; twice {
			return nil, errors.New("The line names a member twice.") //nolint:revive,staticcheck // a sentence of the report
		}
		m[name] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, notJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, notJSON
	}
	return m, nil
}

// take reads a member; the zero T when it is omitted or null.
func take[T any](m members, name, must string) (value T, err error) {
	raw, given := m[name]
	if !given {
		return value, nil
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return value, fmt.Errorf("%s: %s", name, must)
	}
	return value, nil
}

// takeName reads a name. Many systems write an empty string for a missing name.
func takeName(m members, name string) (*string, error) {
	text, err := take[*string](m, name, "must be a string")
	if err != nil {
		return nil, err
	}
	parsed, err := usersapi.ParseOptionalName(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return parsed, nil
}

// takeTime reads a time or a date.
func takeTime(m members, name string, latest time.Time) (*time.Time, error) {
	const must = `must be a date such as "2019-05-31" or an RFC 3339 time`
	text, err := take[*string](m, name, must)
	if err != nil || text == nil {
		return nil, err
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		t, err = time.Parse(time.DateOnly, *text)
	}
	if t = t.UTC().Truncate(time.Second); err != nil {
		return nil, fmt.Errorf("%s: %s", name, must)
	}
	if t.Before(earliest) {
		return nil, fmt.Errorf("%s: must not lie before 1970", name)
	}
	if t.After(latest) {
		return nil, fmt.Errorf("%s: must not lie in the future", name)
	}
	return &t, nil
}
