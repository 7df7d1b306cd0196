package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"muster/libs/usersapi"
)

// maxProperties is how long the custom properties of one user may be, in bytes, as ParseProperties gives them.
const maxProperties = 16 << 10

// Properties are the custom properties of a user: a JSON object that the operator keeps with the user, such as a plan
// or a tenant, and that directory makes nothing of. The empty text is a user without any.
//
// They are not part of [User]: they may be long, and no rule asks for them, so that what happens often to users, such as
// signing in, neither reads nor writes them. Only administrators change them, because applications trust them when they
// decide what a user may do.
type Properties string

// UserWithProperties is a user as reads show it to those who may see the properties too.
type UserWithProperties struct {
	usersapi.User
	// Properties are a JSON object, {} when there are none.
	Properties string
}

// ParseProperties reads a JSON object and gives it in one form: UTF-8 without blanks, members in the order of their
// names, numbers digit by digit. {} is the empty text. The text of its error is meant for the user.
//
// It refuses what could not come back as it was given: a name that one object has twice, NUL characters, and long
// numbers, since the database would write out every digit of 1e100000. Half a surrogate pair becomes U+FFFD, as in all
// JSON that Go reads.
func ParseProperties(text string) (Properties, error) {
	if !utf8.ValidString(text) {
		return "", errors.New("must be UTF-8")
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") || !json.Valid([]byte(text)) {
		return "", errors.New("must be a JSON object")
	}
	object, err := newJSONReader(text).value(0)
	switch {
	case err != nil:
		return "", err
	case len(object) > maxProperties:
		return "", fmt.Errorf("must have at most %d bytes as compact JSON, not %d", maxProperties, len(object))
	case object == "{}":
		return "", nil
	}
	return Properties(object), nil
}

// putProperties stores the properties that the change brings, if it does, and says whether they differ from those before.
func (c UserChange) putProperties(ctx context.Context, tx Tx, id int64) (changed bool, err error) {
	if !c.Properties.Given {
		return false, nil
	}
	var properties Properties
	if c.Properties.Value != nil {
		properties = *c.Properties.Value
	}
	return tx.PutProperties(ctx, id, properties)
}
