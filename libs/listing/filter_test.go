package listing_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/libs/listing"
)

func TestFilterForms(t *testing.T) {
	day := time.Date(2023, 1, 15, 0, 0, 0, 0, time.UTC)
	second := time.Date(2023, 1, 15, 8, 30, 0, 0, time.UTC)
	in := func(column string) string {
		return listing.SearchKey(column) + " LIKE " + listing.SearchKey("?::text")
	}
	seenDay := "(t.seen >= ?::timestamptz AND t.seen < ?::timestamptz)"
	madeDay := strings.ReplaceAll(seenDay, "t.seen", "t.made")
	for _, c := range []struct {
		filter string
		where  string
		args   string
	}{
		{`{}`, "TRUE", `[]`},
		{" {\n} ", "TRUE", `[]`},
		{`{"name":"John"}`, in("t.name"), `[%John%]`},
		{`{"name":""}`, "TRUE", `[]`},
		{`{"name":"null"}`, in("t.name"), `[%null%]`},
		{`{"name":"50%_\\x"}`, in("t.name"), `[%50\%\_\\x%]`},
		{`{"nick":"null"}`, "t.nick IS NULL", `[]`},
		{`{"nick":null}`, "t.nick IS NULL", `[]`},
		{`{"nick":"!null"}`, "t.nick IS NOT NULL", `[]`},
		{`{"nick":"nullable"}`, in("t.nick"), `[%nullable%]`},
		{`{"q":"john"}`, "(" + in("t.name") + " OR " + in("t.nick") + ")", `[%john% %john%]`},
		{`{"q":"null"}`, "(" + in("t.name") + " OR " + in("t.nick") + ")", `[%null% %null%]`},
		{`{"q":""}`, "TRUE", `[]`},
		{`{"code":"AAAA"}`, "t.code = ?::text", `[AAAA]`},
		{`{"code":["AAAA","bbbb"]}`, "t.code = ANY(?::text[])", `[[AAAA bbbb]]`},
		{`{"status":"past_due"}`, "t.status = ?::text", `[past_due]`},
		{`{"status":"null"}`, "t.status IS NULL", `[]`},
		{`{"status":["a",null]}`, "(t.status IS NULL OR t.status = ANY(?::text[]))", `[[a]]`},
		{`{"status":["!null"]}`, "t.status IS NOT NULL", `[]`},
		{`{"status":""}`, "t.status = ?::text", `[]`},
		{`{"active":true}`, "t.active = ?::boolean", `[true]`},
		{`{"active":[true,false]}`, "t.active = ANY(?::boolean[])", `[[true false]]`},
		{`{"id":7}`, "t.id = ?::bigint", `[7]`},
		{`{"id":-0}`, "t.id = ?::bigint", `[0]`},
		{`{"id":[1,2,3]}`, "t.id = ANY(?::bigint[])", `[[1 2 3]]`},
		{`{"id":[]}`, "FALSE", `[]`},
		{`{"id":9223372036854775807}`, "t.id = ?::bigint", `[9223372036854775807]`},
		{`{"id":{"from":1,"to":2}}`, "(t.id >= ?::bigint AND t.id <= ?::bigint)", `[1 2]`},
		{`{"id":{"to":2,"from":null}}`, "t.id <= ?::bigint", `[2]`},
		{`{"id":{"from":-5}}`, "t.id >= ?::bigint", `[-5]`},
		{`{"amount":{"from":null,"to":null}}`, "t.amount IS NOT NULL", `[]`},
		{`{"amount":[5,"null"]}`, "(t.amount IS NULL OR t.amount = ANY(?::bigint[]))", `[[5]]`},
		{`{"rate":12.5}`, "t.rate = ?::numeric", `[12.5]`},
		{`{"rate":{"from":-0.5,"to":20}}`, "(t.rate >= ?::numeric AND t.rate <= ?::numeric)", `[-0.5 20]`},
		{`{"made":"2023-01-15"}`, madeDay, fmt.Sprint([]any{day, day.AddDate(0, 0, 1)})},
		{`{"made":"2023-01-15T08:30:00Z"}`, madeDay, fmt.Sprint([]any{second, second.Add(time.Second)})},
		{`{"made":"2023-01-15T10:30:00.999999+02:00"}`, madeDay, fmt.Sprint([]any{second, second.Add(time.Second)})},
		{`{"seen":["2023-01-15","2023-01-15"]}`, seenDay, fmt.Sprint([]any{day, day.AddDate(0, 0, 1)})},
		{`{"seen":{"from":"2023-01-15","to":"2023-01-15T08:30:00Z"}}`, seenDay, fmt.Sprint([]any{day, second.Add(time.Second)})},
		{`{"seen":"2023-01-15T08:30:00Z..2023-01-15"}`, seenDay, fmt.Sprint([]any{second, day.AddDate(0, 0, 1)})},
		{`{"seen":["2023-01-15",null]}`, "t.seen >= ?::timestamptz", fmt.Sprint([]any{day})},
		{`{"seen":["","2023-01-15"]}`, "t.seen < ?::timestamptz", fmt.Sprint([]any{day.AddDate(0, 0, 1)})},
		{`{"seen":"2023-01-15.."}`, "t.seen >= ?::timestamptz", fmt.Sprint([]any{day})},
		{`{"seen":"..2023-01-15"}`, "t.seen < ?::timestamptz", fmt.Sprint([]any{day.AddDate(0, 0, 1)})},
		{`{"seen":{"from":"","to":null}}`, "t.seen IS NOT NULL", `[]`},
		{`{"seen":["",null]}`, "t.seen IS NOT NULL", `[]`},
		{`{"seen":".."}`, "t.seen IS NOT NULL", `[]`},
		{`{"seen":{"to":"2024-02-29"}}`, "t.seen < ?::timestamptz", fmt.Sprint([]any{time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)})},
		{`{"seen":null}`, "t.seen IS NULL", `[]`},
		{`{"seen":"!null"}`, "t.seen IS NOT NULL", `[]`},
		{`{"active":true,"id":7}`, "t.active = ?::boolean AND t.id = ?::bigint", `[true 7]`},
	} {
		where, args := parse(t, "filter", c.filter).Where()
		if where != c.where || fmt.Sprint(args) != c.args {
			t.Errorf("%s:\n got %s %v\nwant %s %s", c.filter, where, args, c.where, c.args)
		}
	}
}

func TestFilterRefusesWhatTheGrammarDoesNotKnow(t *testing.T) {
	manyIDs := "[" + strings.Repeat("1,", 1000) + "1]"
	for _, c := range []struct {
		filter, field, message string
	}{
		{`x`, "filter", "malformed JSON"},
		{`{"id":1`, "filter", "malformed JSON"},
		{`{"id":1}}`, "filter", "malformed JSON"},
		{`{"id":1} {}`, "filter", "malformed JSON"},
		{`{"id":1,}`, "filter", "malformed JSON"},
		{`{'id':1}`, "filter", "malformed JSON"},
		{`{"id":01}`, "filter", "malformed JSON"},
		{`"active":true`, "filter", "malformed JSON"},
		{`[]`, "filter", "must be a JSON object"},
		{`null`, "filter", "must be a JSON object"},
		{`"id"`, "filter", "must be a JSON object"},
		{"{\"name\":\"\xff\"}", "filter", "UTF-8"},
		{`{"name":"` + strings.Repeat("a", 70000) + `"}`, "filter", "65536 bytes"},
		{`{"id":1,"id":2}`, "filter", `names "id" twice`},
		{`{"id":1,"\u0069d":2}`, "filter", `names "id" twice`},
		{`{"nope":1}`, "filter", `knows no "nope"; allowed are q, id, name, nick,`},
		{`{"ID":1}`, "filter", `knows no "ID"`},
		{`{"secret":"x"}`, "filter", `knows no "secret"`},
		{`{"":1}`, "filter", `knows no ""`},
		{`{"` + strings.Repeat("n", 60) + `":1}`, "filter", "…"},
		{`{"name":1}`, "filter.name", "must be a string"},
		{`{"name":null}`, "filter.name", "must be a string"},
		{`{"name":["a"]}`, "filter.name", "must be a string"},
		{`{"name":{}}`, "filter.name", "must be a string"},
		{`{"name":"a\u0000b"}`, "filter.name", "NUL"},
		{`{"name":"` + strings.Repeat("é", 1001) + `"}`, "filter.name", "at most 1000 characters"},
		{`{"q":null}`, "filter.q", "must be a string"},
		{`{"q":1}`, "filter.q", "must be a string"},
		{`{"q":"\u0000"}`, "filter.q", "NUL"},
		{`{"nick":1}`, "filter.nick", `or "null" or "!null"`},
		{`{"code":"CCCC"}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":"aaaa"}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":"null"}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":null}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":["AAAA",null]}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":["AAAA","x"]}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":[["AAAA"]]}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"code":{"from":"AAAA"}}`, "filter.code", "must be one of AAAA, bbbb"},
		{`{"status":"a\u0000"}`, "filter.status", "NUL"},
		{`{"status":{}}`, "filter.status", `must be a string or an array of strings; or "null" or "!null"`},
		{`{"active":"true"}`, "filter.active", "must be true or false"},
		{`{"active":1}`, "filter.active", "must be true or false"},
		{`{"active":null}`, "filter.active", "must be true or false"},
		{`{"active":"null"}`, "filter.active", "must be true or false"},
		{`{"id":"42"}`, "filter.id", "must be a whole number"},
		{`{"id":1.5}`, "filter.id", "must be a whole number"},
		{`{"id":1.0}`, "filter.id", "must be a whole number"},
		{`{"id":1e3}`, "filter.id", "must be a whole number"},
		{`{"id":true}`, "filter.id", "must be a whole number"},
		{`{"id":null}`, "filter.id", "must be a whole number"},
		{`{"id":"!null"}`, "filter.id", "must be a whole number"},
		{`{"id":9223372036854775808}`, "filter.id", "at most 64 bits"},
		{`{"id":-9223372036854775809}`, "filter.id", "at most 64 bits"},
		{`{"id":[1,"2"]}`, "filter.id", "must be a whole number"},
		{`{"id":[1,[2]]}`, "filter.id", "must be a whole number"},
		{`{"id":` + manyIDs + `}`, "filter.id", "at most 1000 values"},
		{`{"id":{}}`, "filter.id", "must be a whole number"},
		{`{"id":{"from":1,"until":2}}`, "filter.id", "must be a whole number"},
		{`{"id":{"from":1,"from":2}}`, "filter.id", `names "from" twice`},
		{`{"id":{"from":"1"}}`, "filter.id", "must be a whole number"},
		{`{"id":{"from":""}}`, "filter.id", "must be a whole number"},
		{`{"id":{"from":[1]}}`, "filter.id", "must be a whole number"},
		{`{"rate":1e5}`, "filter.rate", "must be a number without an exponent"},
		{`{"rate":"1"}`, "filter.rate", "must be a number"},
		{`{"rate":` + strings.Repeat("9", 41) + `}`, "filter.rate", "must be a number"},
		{`{"made":""}`, "filter.made", "must be a day"},
		{`{"made":null}`, "filter.made", "must be a day"},
		{`{"made":"null"}`, "filter.made", "must be a day"},
		{`{"made":20230115}`, "filter.made", "must be a day"},
		{`{"made":true}`, "filter.made", "must be a day"},
		{`{"made":"2023-02-30"}`, "filter.made", "must be a day"},
		{`{"made":"2023-1-15"}`, "filter.made", "must be a day"},
		{`{"made":"15.01.2023"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01"}`, "filter.made", "must be a day"},
		{`{"made":" 2023-01-15"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15T08:30:00"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15 08:30:00Z"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15T8:30:00Z"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15T08:30:00,5Z"}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15T24:00:00Z"}`, "filter.made", "must be a day"},
		{`{"made":"+12023-01-15"}`, "filter.made", "must be a day"},
		{`{"made":"now"}`, "filter.made", "must be a day"},
		{`{"made":"infinity"}`, "filter.made", "must be a day"},
		{`{"made":[]}`, "filter.made", "must be a day"},
		{`{"made":["2023-01-15"]}`, "filter.made", "must be a day"},
		{`{"made":["2023-01-15","2023-01-16","2023-01-17"]}`, "filter.made", "must be a day"},
		{`{"made":["2023-01-15","x"]}`, "filter.made", "must be a day"},
		{`{"made":["null","2023-01-15"]}`, "filter.made", "must be a day"},
		{`{"made":[["2023-01-15","2023-01-16"],null]}`, "filter.made", "must be a day"},
		{`{"made":"2023-01-15..2023-01-16..2023-01-17"}`, "filter.made", "must be a day"},
		{`{"made":"x..2023-01-17"}`, "filter.made", "must be a day"},
		{`{"made":{}}`, "filter.made", "must be a day"},
		{`{"made":{"from":1}}`, "filter.made", "must be a day"},
		{`{"made":{"from":"2023-01-15","x":1}}`, "filter.made", "must be a day"},
		{`{"made":{"from":"2023-01-15","from":"2023-01-16"}}`, "filter.made", `names "from" twice`},
		{`{"seen":"Null"}`, "filter.seen", `or "null" or "!null"`},
		{`{"name":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "filter", "malformed JSON"},
		{`{"id":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, "filter.id", "must be a whole number"},
	} {
		got := refuse(t, url.Values{"filter": {c.filter}})
		if !strings.Contains(got[c.field], c.message) {
			t.Errorf("%.80s: %v, want %s: … %s …", c.filter, got, c.field, c.message)
		}
		for _, message := range got {
			if len(message) > 500 {
				t.Errorf("%.80s: message of %d bytes", c.filter, len(message))
			}
		}
	}
}

func TestAFilterFullOfMistakesIsAnsweredBriefly(t *testing.T) {
	var members []string
	for i := range 3000 {
		members = append(members, fmt.Sprintf(`"x%d":1`, i))
	}
	_, err := things.Parse(url.Values{"filter": {"{" + strings.Join(members, ",") + "}"}})
	if err == nil || len(err.Error()) > 500 {
		t.Errorf("%v", err)
	}
}

func TestAThousandIDsFit(t *testing.T) {
	ids := slices.Repeat([]string{"9223372036854775807"}, 1000)
	_, args := parse(t, "filter", `{"id":[`+strings.Join(ids, ",")+`]}`).Where()
	if len(args) != 1 {
		t.Errorf("%d arguments", len(args))
	}
}
