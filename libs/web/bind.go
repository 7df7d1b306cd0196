package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
)

// Bind reads the JSON body as a T. Unknown members are ignored (contract section 3). Its errors: 415 when the body is
// not JSON by its content type, 413 past [MaxBody], 400 VALIDATION_FAILED for anything that is not one JSON value of
// the wanted shape, or that holds a NUL character, which PostgreSQL cannot store.
func Bind[T any](c *gin.Context) (T, error) {
	var v T
	if !isJSON(c.GetHeader("Content-Type")) {
		return v, errs.New(errs.KindUnsupported, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.")
	}
	body, err := ReadBody(c)
	if err != nil {
		return v, err
	}
	if !utf8.Valid(body) { // the decoder would put U+FFFD for what is not
		return v, errs.InvalidField("body", "must be UTF-8")
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, badJSON(body, err)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) {
		return v, errs.InvalidField("body", "must be a JSON object")
	}
	if bytes.Contains(body, []byte(`\u0000`)) && holdsNUL(body) {
		return v, errs.InvalidField("body", "must not hold the character U+0000")
	}
	return v, nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// badJSON says what is wrong with a body in the caller's words, not the decoder's.
func badJSON(body []byte, err error) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return errs.InvalidField("body", "is required: send a JSON object")
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := wrong.Field
		if field == "" {
			field = "body"
		}
		return errs.InvalidField(field, "must be "+describe(wrong.Type.String())+", not "+wrong.Value).Because(err)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return errs.InvalidField("body", "is not valid JSON (near byte "+strconv.FormatInt(syntax.Offset, 10)+")").Because(err)
	}
	return errs.InvalidField("body", "is not valid JSON").Because(err)
}

// describe names a Go type in JSON's terms.
func describe(goType string) string {
	t := strings.TrimLeft(goType, "*")
	switch {
	case t == "string":
		return "a string"
	case t == "bool":
		return "true or false"
	case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "uint"):
		return "an integer"
	case strings.HasPrefix(t, "float"):
		return "a number"
	case strings.HasPrefix(t, "[]"):
		return "an array"
	case t == "time.Time":
		return "an RFC 3339 time"
	default:
		return "a JSON object"
	}
}

// holdsNUL looks for U+0000 in the decoded strings; `\\u0000` in the text is only a backslash and digits.
func holdsNUL(body []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		if s, ok := token.(string); ok && strings.ContainsRune(s, 0) {
			return true
		}
	}
}

// PathID reads a path parameter that is a positive integer id; anything else is 400 (contract section 5).
func PathID(c *gin.Context, name string) (int64, error) {
	id, err := strconv.ParseUint(c.Param(name), 10, 63) // unlike ParseInt, this takes no sign
	if err != nil || id == 0 {
		return 0, errs.InvalidField(name, "must be a positive integer")
	}
	return int64(id), nil
}
