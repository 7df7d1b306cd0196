package thunderdump

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"
)

// Codes of failures.
const (
	codeBadItem = "VALIDATION_FAILED"
	codeBadHash = "HASH_UNSUPPORTED"
	codeIDTaken = "ID_TAKEN"
)

// problem is why an item cannot be converted.
type problem struct{ code, message string }

func (p *problem) Error() string { return p.message }

var errNoItem = &problem{codeBadItem, "The item does not have Thunder's attributes."}

// item is a user as a store keeps it.
type item struct {
	address, uuid string
	created       *int64 // milliseconds since 1970; nil when there is none
	document      string
}

// user is Thunder's JSON of a user, without the members that row drops.
type user struct {
	Email struct {
		Address  string
		Verified bool
	}
	Password   *string
	Properties map[string]json.RawMessage
}

// row is a line of the roster.
type row struct {
	LegacyUserID  int64                      `json:"legacyUserId"`
	Email         string                     `json:"email"`
	CreatedAt     *time.Time                 `json:"createdAt,omitempty"`
	PasswordHash  string                     `json:"passwordHash,omitempty"`
	EmailVerified bool                       `json:"emailVerified"`
	Activate      bool                       `json:"activate"`
	Properties    map[string]json.RawMessage `json:"properties,omitempty"`
}

// row converts the item. After an error, the row has the legacy id if the item has one.
func (i item) row(o Options) (row, error) {
	if i.uuid == "" {
		return row{}, errors.New("id: must be a UUID")
	}
	r := row{LegacyUserID: legacyUserID(i.uuid), Activate: o.Activate}
	u, err := parseUser(i.document)
	if err != nil {
		return r, err
	}
	if i.address == "" || u.Email.Address != i.address {
		return r, errors.New("email: must be the same in the item and in the document")
	}
	r.Email, r.EmailVerified, r.Properties = i.address, u.Email.Verified, u.Properties
	if i.created != nil {
		created := time.UnixMilli(*i.created).UTC().Truncate(time.Second)
		if y := created.Year(); y < 1 || y > 9999 { // JSON has no such time
			return r, errors.New("creation_time: must be milliseconds since 1970")
		}
		r.CreatedAt = &created
	}
	if u.Password != nil && *u.Password != "" {
		r.PasswordHash, err = passwordHash(*u.Password, o.PlainPasswords)
	}
	return r, err
}

// firstID is the least legacy id.
const firstID = 1 << 52

// legacyUserID returns an id from firstID to 2*firstID-1; see the documentation of the package.
func legacyUserID(uuid string) int64 {
	sum := sha256.Sum256([]byte(strings.ToLower(uuid)))
	return firstID | int64(binary.BigEndian.Uint64(sum[:])>>12)
}

// parseUser reads the document. Its custom properties are the members that Thunder does not know, as newer releases
// write them, and those of the member properties, as older ones do. Thunder stores the times that it once returned along
// with them.
func parseUser(document string) (user, error) {
	errDocument := errors.New("document: must be the JSON of a user")
	members := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(document), &members) != nil {
		return user{}, errDocument
	}
	var u user
	for name, into := range map[string]any{"email": &u.Email, "password": &u.Password, "properties": &u.Properties} {
		if raw, given := members[name]; given && json.Unmarshal(raw, into) != nil {
			return user{}, errDocument
		}
		delete(members, name)
	}
	if u.Properties == nil {
		u.Properties = members
	}
	for name, value := range members {
		u.Properties[name] = value
	}
	delete(u.Properties, "creationTime")
	delete(u.Properties, "lastUpdateTime")
	return u, nil
}

var (
	bcrypt = regexp.MustCompile(`^\$2[aby]\$`)
	// thunderSHA256 is a salt of 16 characters and the digest.
	thunderSHA256 = regexp.MustCompile(`^[!-~]{16}[0-9A-Fa-f]{64}$`)
)

// passwordHash returns the hash in a format that identity knows.
func passwordHash(stored string, plain bool) (string, error) {
	switch {
	case strings.HasPrefix(stored, "$argon2"), bcrypt.MatchString(stored):
		return stored, nil
	case thunderSHA256.MatchString(stored):
		return "{THUNDER-SHA256}" + stored, nil
	case plain:
		return "{THUNDER-SIMPLE}" + base64.StdEncoding.EncodeToString([]byte(stored)), nil
	}
	return "", &problem{codeBadHash, "password: is in no format of hashes that Thunder uses. If Thunder stored plain passwords, say so with -plain-passwords."}
}
