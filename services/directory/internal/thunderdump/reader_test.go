package thunderdump_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"muster/services/directory/internal/thunderdump"
)

// convert converts a dump and returns its lines and failures.
func convert(t *testing.T, dump io.Reader, o thunderdump.Options) (roster string, failures []thunderdump.Failure, err error) {
	t.Helper()
	o.Failed = func(f thunderdump.Failure) { failures = append(failures, f) }
	r, err := thunderdump.NewReader(dump, o)
	if err != nil {
		return "", nil, err
	}
	text, err := io.ReadAll(iotest.OneByteReader(r))
	return string(text), failures, err
}

// sample reads a file of testdata.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var dumps = map[string]thunderdump.Format{
	"dynamodb-scan.json":     thunderdump.DynamoDB,
	"dynamodb-export.json":   thunderdump.DynamoDB,
	"mongodb.json":           thunderdump.MongoDB,
	"mongodb-canonical.json": thunderdump.MongoDB,
}

// TestDumpsOfBothStores: all samples have the same users. The fifth has another address in the document, the sixth has the
// id of the first.
func TestDumpsOfBothStores(t *testing.T) {
	for name, format := range dumps {
		t.Run(name, func(t *testing.T) {
			roster, failures, err := convert(t, bytes.NewReader(sample(t, name)), thunderdump.Options{Format: format, PlainPasswords: true})
			if want := string(sample(t, "roster.ndjson")) + "\n\n"; err != nil || roster != want {
				t.Errorf("error %v, roster\n%swant\n%s", err, roster, want)
			}
			if got := fmt.Sprint(failures); got != "[{5 8337982458262466 VALIDATION_FAILED email: must be the same in the item and in the document} {6 8543957387939185 ID_TAKEN Another user of the dump has the same id.}]" {
				t.Errorf("failures: %s", got)
			}
		})
	}
}

// TestPlainPasswordsAreAskedFor: a hash of an unknown kind must not become a password.
func TestPlainPasswordsAreAskedFor(t *testing.T) {
	roster, failures, err := convert(t, bytes.NewReader(sample(t, "mongodb.json")), thunderdump.Options{Format: thunderdump.MongoDB})
	if err != nil || len(failures) != 3 || failures[0].Item != 4 || failures[0].Code != "HASH_UNSUPPORTED" || failures[0].LegacyUserID == 0 {
		t.Errorf("%v %+v", err, failures)
	}
	if lines := strings.Split(roster, "\n"); len(lines) != 7 || lines[3] != "" || strings.Contains(roster, "SIMPLE") {
		t.Errorf("roster\n%s", roster)
	}
	if strings.Contains(fmt.Sprint(failures), "correct horse") {
		t.Error("a failure has the password")
	}
}

func TestActivate(t *testing.T) {
	roster, _, _ := convert(t, bytes.NewReader(sample(t, "mongodb.json")), thunderdump.Options{Format: thunderdump.MongoDB, Activate: true})
	if n := strings.Count(roster, `"activate":true`); n != 3 {
		t.Errorf("%d users are activated", n)
	}
}

const whole = `{"_id":"a@example.com","id":"u","document":"{\"email\":{\"address\":\"a@example.com\"}}"}`

// TestItemsThatCannotBeConverted: each is reported and does not stop the conversion.
func TestItemsThatCannotBeConverted(t *testing.T) {
	document := func(text string) string {
		return fmt.Sprintf(`{"_id":"a@example.com","id":"u","document":%q}`, text)
	}
	for name, c := range map[string]struct{ item, message string }{
		"no object":             {`5`, "The item does not have Thunder's attributes."},
		"an id of an object":    {`{"_id":{"$oid":"0"},"id":"u","document":"{}"}`, "The item does not have Thunder's attributes."},
		"a time of text":        {`{"_id":"a@example.com","id":"u","creation_time":"x","document":"{}"}`, "The item does not have Thunder's attributes."},
		"no UUID":               {`{"_id":"a@example.com","document":"{}"}`, "id: must be a UUID"},
		"no document":           {`{"_id":"a@example.com","id":"u"}`, "document: must be the JSON of a user"},
		"a list":                {document(`[]`), "document: must be the JSON of a user"},
		"a password of numbers": {document(`{"email":{"address":"a@example.com"},"password":5}`), "document: must be the JSON of a user"},
		"properties of text":    {document(`{"email":{"address":"a@example.com"},"properties":"x"}`), "document: must be the JSON of a user"},
		"no address":            {document(`{"email":{"verified":true}}`), "email: must be the same in the item and in the document"},
		"no address at all":     {`{"id":"u","document":"{}"}`, "email: must be the same in the item and in the document"},
		"the year 20000":        {strings.Replace(whole, `"id"`, `"creation_time":568971820800000,"id"`, 1), "creation_time: must be milliseconds since 1970"},
	} {
		t.Run(name, func(t *testing.T) {
			next := strings.Replace(whole, `"u"`, `"v"`, 1)
			roster, failures, err := convert(t, strings.NewReader(c.item+"\n"+next), thunderdump.Options{Format: thunderdump.MongoDB})
			if err != nil || len(failures) != 1 || failures[0].Item != 1 || failures[0].Code != "VALIDATION_FAILED" || failures[0].Message != c.message {
				t.Errorf("%v %+v", err, failures)
			}
			if !strings.HasPrefix(roster, "\n{\"legacyUserId\":") || strings.Count(roster, "\n") != 2 {
				t.Errorf("roster %q", roster)
			}
		})
	}
}

func TestDynamoItemsThatCannotBeConverted(t *testing.T) {
	for item, message := range map[string]string{
		`{"email":"a@example.com"}`: "The item does not have Thunder's attributes.",
		`{"email":{"S":"a@example.com"},"id":{"S":"u"},"creation_time":{"N":"1.5"}}`: "creation_time: must be a whole number of milliseconds",
		`{"email":{"NULL":true},"id":{"NULL":true}}`:                                 "id: must be a UUID",
	} {
		_, failures, err := convert(t, strings.NewReader(`{"Item":`+item+`}`), thunderdump.Options{Format: thunderdump.DynamoDB})
		if err != nil || len(failures) != 1 || failures[0].Message != message {
			t.Errorf("%s: %v %+v", item, err, failures)
		}
	}
}

// TestAPropertyOnBothLevels: Thunder itself prefers the outer one.
func TestAPropertyOnBothLevels(t *testing.T) {
	item := strings.Replace(whole, `{\"email\"`, `{\"a\":1,\"properties\":{\"a\":2,\"b\":3,\"creationTime\":4},\"email\"`, 1)
	roster, _, _ := convert(t, strings.NewReader(item), thunderdump.Options{Format: thunderdump.MongoDB})
	if !strings.HasSuffix(roster, `"properties":{"a":1,"b":3}}`+"\n") {
		t.Error(roster)
	}
}

// TestWhatIsNoDump ends with an error, never with a part of the users.
func TestWhatIsNoDump(t *testing.T) {
	for name, c := range map[string]struct {
		format thunderdump.Format
		dump   string
	}{
		"an unknown format":               {"thunder", ""},
		"DynamoDB, a list":                {thunderdump.DynamoDB, `[]`},
		"DynamoDB, MongoDB's":             {thunderdump.DynamoDB, whole},
		"DynamoDB, items in an object":    {thunderdump.DynamoDB, `{"Items":{}}`},
		"DynamoDB, cut in the list":       {thunderdump.DynamoDB, `{"Items":[{},`},
		"DynamoDB, cut after the list":    {thunderdump.DynamoDB, `{"Items":[{}]`},
		"DynamoDB, cut in an item":        {thunderdump.DynamoDB, `{"Item":{"email"`},
		"DynamoDB, cut after a name":      {thunderdump.DynamoDB, `{"Item":`},
		"MongoDB, text":                   {thunderdump.MongoDB, `ada@example.com`},
		"MongoDB, cut":                    {thunderdump.MongoDB, whole + "\n" + whole[:30]},
		"MongoDB, a list that is cut":     {thunderdump.MongoDB, "[" + whole},
		"MongoDB, more after the list":    {thunderdump.MongoDB, "[" + whole + "]" + whole},
		"MongoDB, a document of 5 MiB":    {thunderdump.MongoDB, `{"_id":"` + strings.Repeat("x", 5<<20) + `"}`},
		"DynamoDB, a member of 5 MiB":     {thunderdump.DynamoDB, `{"x":"` + strings.Repeat("x", 5<<20) + `","Items":[]}`},
		"DynamoDB, other members, no end": {thunderdump.DynamoDB, `{"Items":[],"Count":0`},
	} {
		if _, _, err := convert(t, strings.NewReader(c.dump), thunderdump.Options{Format: c.format}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	away := errors.New("away")
	for _, format := range []thunderdump.Format{thunderdump.DynamoDB, thunderdump.MongoDB} {
		if _, _, err := convert(t, iotest.ErrReader(away), thunderdump.Options{Format: format}); !errors.Is(err, away) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestEmptyDumps(t *testing.T) {
	for format, dumps := range map[thunderdump.Format][]string{
		thunderdump.DynamoDB: {"", " \n", `{"Items":[],"Count":0}`}, thunderdump.MongoDB: {"", " \r\n\t", "[]", " [ ] \n"},
	} {
		for _, dump := range dumps {
			if roster, failures, err := convert(t, strings.NewReader(dump), thunderdump.Options{Format: format}); roster != "" || failures != nil || err != nil {
				t.Errorf("%s %q: %q %v %v", format, dump, roster, failures, err)
			}
		}
	}
}

// endless is a dump of so many users, made while it is read.
func endless(users int) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		for n := range users {
			document := fmt.Sprintf(`{\"email\":{\"address\":\"%d@example.com\"},\"x\":\"%s\"}`, n, strings.Repeat("x", 1000))
			if _, err := fmt.Fprintf(writer, `{"Item":{"email":{"S":"%d@example.com"},"id":{"S":"%d"},"document":{"S":"%s"}}}`+"\n", n, n, document); err != nil {
				return
			}
		}
		_ = writer.Close()
	}()
	return reader
}

// TestMemoryIsBounded converts a dump of 5 MB, of which almost nothing is kept.
func TestMemoryIsBounded(t *testing.T) {
	const users = 5_000
	r, err := thunderdump.NewReader(endless(users), thunderdump.Options{Format: thunderdump.DynamoDB, Failed: func(f thunderdump.Failure) { t.Error(f) }})
	if err != nil {
		t.Fatal(err)
	}
	before := held()
	n, err := io.Copy(io.Discard, r)
	if err != nil || n < 5_000_000 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if kibibytes := (held() - before) >> 10; kibibytes > 1024 {
		t.Errorf("%d KiB are held", kibibytes)
	}
	runtime.KeepAlive(r)
}

// held returns the bytes of all objects in use.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
