package roster_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/roster"
)

// TestHostileRows: each is refused by itself with its reason, and the good row behind it is taken.
func TestHostileRows(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for name, c := range map[string]struct{ row, code, message string }{
		"an empty object":       {`{}`, "VALIDATION_FAILED", "legacyUserId: must be a positive integer"},
		"no object":             {`[1]`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"a word":                {`roster`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"a broken object":       {`{"legacyUserId":7,`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"an unclosed object":    {`{"legacyUserId":7`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"two objects":           {`{} {}`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"depth":                 {`{"legacyUserId":7,"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, "VALIDATION_FAILED", "The line is not one JSON object."},
		"a member twice":        {legacyRow(7, `,"email":"b@example.com"`), "VALIDATION_FAILED", "The line names a member twice."},
		"invalid UTF-8":         {legacyRow(7, ",\"firstName\":\"\xff\""), "VALIDATION_FAILED", "The line is not UTF-8."},
		"NUL":                   {legacyRow(7, `,"firstName":"a\u0000b"`), "VALIDATION_FAILED", "firstName: must not hold control characters or invisible characters"},
		"a raw NUL":             {legacyRow(7, ",\"firstName\":\"a\x00b\""), "VALIDATION_FAILED", "The line is not one JSON object."},
		"NUL in the address":    {`{"legacyUserId":7,"email":"a\u0000@example.com"}`, "VALIDATION_FAILED", "email: must be an email address such as ada@example.com"},
		"a long name":           {legacyRow(7, `,"username":"`+long+`"`), "VALIDATION_FAILED", "username: must have 1 to 100 characters"},
		"a long address":        {`{"legacyUserId":7,"email":"` + long + `@example.com"}`, "VALIDATION_FAILED", "email: must be an email address such as ada@example.com"},
		"a long hash":           {legacyRow(7, `,"passwordHash":"`+long+`"`), "HASH_MALFORMED", "passwordHash: must have 1 to 1024 visible ASCII characters"},
		"an empty hash":         {legacyRow(7, `,"passwordHash":""`), "HASH_MALFORMED", "passwordHash: must have 1 to 1024 visible ASCII characters"},
		"a hash with a newline": {legacyRow(7, `,"passwordHash":"$2y$\n"`), "HASH_MALFORMED", "passwordHash: must have 1 to 1024 visible ASCII characters"},
		"a huge line":           {legacyRow(7, `,"x":"`+strings.Repeat("x", 1<<20)+`"`), "LINE_TOO_LONG", "The line is longer than 65536 bytes."},
		"a fractional id":       {`{"legacyUserId":7.5,"email":"a@example.com"}`, "VALIDATION_FAILED", "legacyUserId: must be a positive integer"},
		"an id of text":         {`{"legacyUserId":"7","email":"a@example.com"}`, "VALIDATION_FAILED", "legacyUserId: must be a positive integer"},
		"a negative id":         {`{"legacyUserId":-7,"email":"a@example.com"}`, "VALIDATION_FAILED", "legacyUserId: must be a positive integer"},
		"an id beyond 64 bits":  {`{"legacyUserId":9223372036854775808,"email":"a@example.com"}`, "VALIDATION_FAILED", "legacyUserId: must be a positive integer"},
		"no address":            {`{"legacyUserId":7}`, "VALIDATION_FAILED", "email: must be an email address such as ada@example.com"},
		"an address of numbers": {`{"legacyUserId":7,"email":5}`, "VALIDATION_FAILED", "email: must be a string"},
		"an invisible name":     {legacyRow(7, `,"lastName":"\u200b"`), "VALIDATION_FAILED", "lastName: must not hold control characters or invisible characters"},
		"a flag of text":        {legacyRow(7, `,"activate":"true"`), "VALIDATION_FAILED", "activate: must be true or false"},
		"properties of text":    {legacyRow(7, `,"properties":"{}"`), "VALIDATION_FAILED", "properties: must be a JSON object"},
		"too many properties":   {legacyRow(7, `,"properties":{"a":"`+strings.Repeat("x", 16<<10)+`"}`), "VALIDATION_FAILED", "properties: must have at most 16384 bytes as compact JSON, not 16392"},
		"a property twice":      {legacyRow(7, `,"properties":{"a":1,"a":2}`), "VALIDATION_FAILED", "properties: must not have one name twice in an object"},
		"a day that is none":    {legacyRow(7, `,"createdAt":"2019-02-30"`), "VALIDATION_FAILED", `createdAt: must be a date such as "2019-05-31" or an RFC 3339 time`},
		"the year 1":            {legacyRow(7, `,"createdAt":"0001-01-01"`), "VALIDATION_FAILED", "createdAt: must not lie before 1970"},
		"the year 1, hashed":    {legacyRow(7, `,"createdAt":"0001-01-01","passwordHash":"$2y$10$x"`), "VALIDATION_FAILED", "createdAt: must not lie before 1970"},
		"just before the range": {legacyRow(7, `,"createdAt":"1970-01-01T00:59:59+01:00"`), "VALIDATION_FAILED", "createdAt: must not lie before 1970"},
		"a day to come":         {legacyRow(7, `,"createdAt":"2999-01-01"`), "VALIDATION_FAILED", "createdAt: must not lie in the future"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			i := w.importRoster(t, "one", c.row, legacyRow(8, ""))
			equal(t, i.Tally, roster.Tally{Failed: 1, Created: 1})
			r := w.store.Report("one")[0]
			equal(t, [3]string{string(r.Outcome), r.Code, r.Message}, [3]string{"failed", c.code, c.message})
			equal(t, w.store.LegacyUsers(), 1)
			if r.LegacyUserID != nil && *r.LegacyUserID != 7 {
				t.Errorf("reported for %d", *r.LegacyUserID)
			}
		})
	}
}

// TestNamesAreStoredAsEverywhere (users-api.md section 3).
func TestNamesAreStoredAsEverywhere(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, ",\"username\":\"\u3000jo\u0308rg \",\"firstName\":\" Jo\u0308rg\u00a0\",\"lastName\":\" \""))
	l := w.store.LegacyUser(7)
	equal(t, []any{l.Username, *l.FirstName, l.LastName}, []any{"jörg", "Jörg", (*string)(nil)})
}

// TestAnEmptyNameIsNone: many systems write it so.
func TestAnEmptyNameIsNone(t *testing.T) {
	w := newWorld(t)
	i := w.importRoster(t, "one", legacyRow(7, `,"username":"","firstName":" ","lastName":"","createdAt":"1970-01-01"`))
	equal(t, i.Tally, roster.Tally{Created: 1})
	equal(t, w.store.LegacyUser(7), roster.LegacyUser{ID: 7, Email: "grace7@example.com", Username: "grace7", CreatedAt: ptr(time.Unix(0, 0).UTC())})
}

// TestFilesOfAllKinds: what editors and other systems put around lines.
func TestFilesOfAllKinds(t *testing.T) {
	lines := rows(1, 3)
	for name, c := range map[string]struct {
		file  string
		lines int64
	}{
		"line feeds":               {strings.Join(lines, "\n") + "\n", 3},
		"CRLF":                     {strings.Join(lines, "\r\n") + "\r\n", 3},
		"no end of the last line":  {strings.Join(lines, "\n"), 3},
		"a byte order mark":        {"\ufeff" + strings.Join(lines, "\n"), 3},
		"blank lines":              {"\n\n" + strings.Join(lines, "\n \t\n") + "\n\n", 8},
		"the longest line allowed": {strings.Join(lines[:2], "\n") + "\n" + legacyRow(3, strings.Repeat(" ", 64<<10-len(lines[2]))) + "\r\n", 3},
	} {
		t.Run(name, func(t *testing.T) {
			i := importFile(t, c.file)
			equal(t, i.Tally, roster.Tally{Created: 3})
			equal(t, i.Lines, c.lines)
		})
	}
	t.Run("nothing", func(t *testing.T) { equal(t, importFile(t, "").Lines, 0) })
}

func importFile(t *testing.T, text string) roster.Import {
	t.Helper()
	i, err := newWorld(t).imports.ImportUsers(t.Context(), roster.ImportOrder{ID: "one"}, io.NopCloser(strings.NewReader(text)))
	must(t, err)
	return i
}
