package web

import (
	"bytes"
	"errors"
	"mime"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"muster/libs/errs"
)

var errNotJSON = errs.New(errs.KindUnsupported, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.")

// Bind decodes the JSON body into a T. Names are case-sensitive: a member whose name differs in case from a field is
// unknown, and unknown members are ignored (contract section 3). Its errors: 415 when the content type is not JSON,
// those of [ReadBody], and 400 VALIDATION_FAILED for a body that is not a single JSON object of the expected shape in
// UTF-8, that has a member twice, or that contains a NUL character, which PostgreSQL cannot store.
func Bind[T any](c *gin.Context) (T, error) {
	var v T
	if !isJSON(c.GetHeader("Content-Type")) {
		return v, errNotJSON
	}
	body, err := ReadBody(c)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, badJSON(body, err)
	}
	if jsontext.Value(body).Kind() != '{' { // the decoder would accept null as a T
		return v, errs.InvalidField("body", "must be a JSON object")
	}
	if bytes.Contains(body, []byte(`\u0000`)) && holdsNUL(body) {
		return v, errs.InvalidField("body", "must not hold the character U+0000")
	}
	return v, nil
}

// Member is a JSON member that may be absent, null, or a T.
type Member[T any] struct {
	Given bool
	Value *T
}

// UnmarshalJSONFrom is not called for an absent member.
func (m *Member[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	m.Given = true
	return json.UnmarshalDecode(d, &m.Value)
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// badJSON describes the problem with a body in the caller's terms instead of the decoder's.
func badJSON(body []byte, err error) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return errs.InvalidField("body", "is required: send a JSON object")
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		return errs.InvalidField(pathOf(wrong.JSONPointer), mustBe(wrong)).Because(err)
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case ok && errors.Is(err, jsontext.ErrDuplicateName):
		return errs.InvalidField(pathOf(syntax.JSONPointer), "is there more than once").Because(err)
	case !utf8.Valid(body):
		return errs.InvalidField("body", "must be UTF-8").Because(err)
	case ok:
		return errs.InvalidField("body", "is not valid JSON (near byte "+strconv.FormatInt(syntax.ByteOffset, 10)+")").Because(err)
	}
	return errs.InvalidField("body", "is not valid JSON").Because(err)
}

// pathOf converts a JSON pointer to a readable path: "userReqList[0].userId"; "body" for the whole.
func pathOf(p jsontext.Pointer) string {
	var path strings.Builder
	for token := range p.Tokens() {
		switch {
		case strings.Trim(token, "0123456789") == "" && token != "":
			path.WriteString("[" + token + "]")
		case path.Len() > 0:
			path.WriteString("." + token)
		default:
			path.WriteString(token)
		}
	}
	if path.Len() == 0 {
		return "body"
	}
	return path.String()
}

// mustBe names the expected kind of value and, if it differs, the actual kind.
func mustBe(wrong *json.SemanticError) string {
	want := describe(wrong.GoType)
	have := map[jsontext.Kind]string{
		'n': "null", 't': "true", 'f': "false", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
	}[wrong.JSONKind]
	sameKind := have == want || wrong.JSONKind == '0' && want == "an integer" || wrong.JSONKind == '"' && want == describe(reflect.TypeFor[time.Time]())
	if have == "" || sameKind {
		return "must be " + want
	}
	return "must be " + want + ", not " + have
}

// describe names a Go type in JSON's terms.
func describe(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return "another value"
	case t == reflect.TypeFor[time.Time]():
		return "an RFC 3339 time"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "an integer"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "an array"
	default:
		return "a JSON object"
	}
}

// holdsNUL finds U+0000 in the decoded strings. `\\u0000` in the text is only a backslash and digits.
func holdsNUL(body []byte) bool {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return false
		}
		if token.Kind() == '"' && strings.ContainsRune(token.String(), 0) {
			return true
		}
	}
}

// PathID reads a path parameter that must be a positive integer id. Anything else is 400 (contract section 5).
func PathID(c *gin.Context, name string) (int64, error) {
	id, err := strconv.ParseUint(c.Param(name), 10, 63) // unlike ParseInt, ParseUint accepts no sign
	if err != nil || id == 0 {
		return 0, errs.InvalidField(name, "must be a positive integer")
	}
	return int64(id), nil
}
