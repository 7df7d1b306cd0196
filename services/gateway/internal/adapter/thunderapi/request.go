package thunderapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json/jsontext"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/gateway/internal/thunder"
)

// errQuery is the error for a query that cannot be decoded.
var errQuery = errs.New(errs.KindInvalid, "QUERY", "The query is malformed.")

// query holds the first value of each parameter.
type query map[string]string

// readQuery decodes the query as Thunder's framework does: only & separates parameters, and + is a space.
func readQuery(c *gin.Context) (query, error) {
	q := query{}
	for pair := range strings.SplitSeq(c.Request.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, errQuery
		}
		if _, again := q[name]; !again {
			q[name] = strings.ToValidUTF8(value, string(utf8.RuneError))
		}
	}
	return q, nil
}

// address returns the parameter email; nil if it is absent.
func (q query) address() *string {
	if value, ok := q["email"]; ok {
		return &value
	}
	return nil
}

// caller returns the application that was admitted, and the password of the user. Headers are ISO 8859-1 in HTTP, but
// many clients send UTF-8.
func caller(c *gin.Context) thunder.Caller {
	password := c.GetHeader("Password")
	if !utf8.ValidString(password) {
		runes := make([]rune, len(password))
		for i := range len(password) {
			runes[i] = rune(password[i])
		}
		password = string(runes)
	}
	return thunder.Caller{Application: c.GetString(applicationKey), Password: password}
}

// readUser reads the user in the body; nil if there is none. It accepts what Thunder's JSON parser accepts, except that
// no name may be there twice. Errors: those of web.ReadBody, 415, and [thunder.ErrUnreadable].
func readUser(c *gin.Context) (*thunder.NewUser, error) {
	body, err := web.ReadBody(c)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 && c.GetHeader("Content-Type") == "" {
		return nil, nil
	}
	value, err := web.Bind[jsontext.Value](c)
	switch text := string(bytes.TrimSpace(body)); {
	case errs.KindOf(err) == errs.KindUnsupported:
		return nil, err
	case text == "", text == "null":
		return nil, nil
	case err != nil:
		return nil, thunder.ErrUnreadable
	}
	return parseUser(value)
}

func parseUser(object jsontext.Value) (*thunder.NewUser, error) {
	var members, merged thunder.Properties
	if err := members.UnmarshalJSON(object); err != nil {
		return nil, thunder.ErrUnreadable
	}
	user := &thunder.NewUser{}
	for _, m := range members {
		var err error
		switch m.Name {
		case "email":
			user.Email, err = parseEmail(m.Value)
		case "password":
			var password *string
			if password, err = scalar(m.Value); password != nil {
				user.Password = *password
			}
		case "properties":
			if string(m.Value) != "null" {
				err = merged.UnmarshalJSON(m.Value)
			}
		case "creationTime", "lastUpdateTime": // the server's
		default:
			user.Properties = append(user.Properties, m)
		}
		if err != nil {
			return nil, thunder.ErrUnreadable
		}
	}
	// Of a property that is in both places, the one at the top level counts.
	user.Properties = thunder.Merge(merged, user.Properties)
	return user, nil
}

// parseEmail reads the member email. Its members besides the address are the server's, but must have the right types.
func parseEmail(value json.RawMessage) (*thunder.Email, error) {
	if string(value) == "null" {
		return nil, nil
	}
	var members thunder.Properties
	if err := members.UnmarshalJSON(value); err != nil {
		return nil, err
	}
	email := &thunder.Email{}
	for _, m := range members {
		var err error
		switch m.Name {
		case "address":
			email.Address, err = scalar(m.Value)
		case "verified", "verificationToken":
			_, err = scalar(m.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	return email, nil
}

// scalar reads a text as Thunder's JSON parser does: numbers and truth values are their own text. It returns nil for
// null.
func scalar(value json.RawMessage) (*string, error) {
	switch value[0] {
	case 'n':
		return nil, nil
	case '{', '[':
		return nil, fmt.Errorf("%c is no text", value[0])
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return &text, err
	}
	text := string(value)
	return &text, nil
}
