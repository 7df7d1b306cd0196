package listing_test

import (
	"net/url"
	"strings"
	"testing"

	"muster/libs/listing"
)

func TestSortForms(t *testing.T) {
	name := listing.SortKey("t.name")
	for sort, want := range map[string]string{
		`["id","ASC"]`:                               "t.id",
		`["id","desc"]`:                              "t.id DESC",
		`["name","Asc"]`:                             name + ", t.id",
		` [ "name" , "DESC" ] `:                      name + " DESC, t.id",
		`["seen","ASC"]`:                             "t.seen NULLS LAST, t.id",
		`["seen","DESC"]`:                            "t.seen DESC NULLS LAST, t.id",
		`["nick","DESC"]`:                            listing.SortKey("t.nick") + " DESC NULLS LAST, t.id",
		`["code","ASC"]`:                             listing.SortKey("t.code") + ", t.id",
		`["active","DESC","name","ASC"]`:             "t.active DESC, " + name + ", t.id",
		`[["active","DESC"],["name","ASC"]]`:         "t.active DESC, " + name + ", t.id",
		`[["made","DESC"]]`:                          "t.made DESC, t.id",
		`["made","DESC","id","DESC"]`:                "t.made DESC, t.id DESC",
		`["made","DESC","id","DESC","amount","ASC"]`: "t.made DESC, t.id DESC",
	} {
		if got := parse(t, "sort", sort).OrderBy(); got != want {
			t.Errorf("%s: ORDER BY %s, want %s", sort, got, want)
		}
	}
}

func TestSortRefusesWhatTheGrammarDoesNotKnow(t *testing.T) {
	const malformed = "must be a JSON array such as"
	for sort, want := range map[string]string{
		`name`:                             malformed,
		`name ASC`:                         malformed,
		`"name"`:                           malformed,
		`null`:                             malformed,
		`[]`:                               malformed,
		`[[]]`:                             malformed,
		`["name"]`:                         malformed,
		`["name","ASC","id"]`:              malformed,
		`[["name"]]`:                       malformed,
		`[["name","ASC","id","ASC"]]`:      malformed,
		`["name","ASC",["id","ASC"]]`:      malformed,
		`[["name","ASC"],"id","ASC"]`:      malformed,
		`[["name","ASC"],null]`:            malformed,
		`["name",1]`:                       malformed,
		`[null,"ASC"]`:                     malformed,
		`["name",null]`:                    malformed,
		`{"name":"ASC"}`:                   malformed,
		`["name","ASC"]]`:                  malformed,
		`["name","ASC"] x`:                 malformed,
		"[\"name\xff\",\"ASC\"]":           malformed,
		`["nope","ASC"]`:                   `cannot sort by "nope"; allowed are id, name, nick, code`,
		`["Name","ASC"]`:                   `cannot sort by "Name"`,
		`["q","ASC"]`:                      `cannot sort by "q"`,
		`["secret","ASC"]`:                 `cannot sort by "secret"`,
		`["id; DROP TABLE things","ASC"]`:  `cannot sort by "id; DROP TABLE things"`,
		`["name","up"]`:                    `the direction "up" for name; allowed are ASC and DESC`,
		`["name",""]`:                      `the direction "" for name`,
		`["name","ASC NULLS FIRST"]`:       `the direction "ASC NULLS FIRST"`,
		`["name","ASC","id","x"]`:          `the direction "x" for id`,
		`["name","ASC","name","DESC"]`:     `names "name" twice`,
		`["id","ASC","id","ASC"]`:          `names "id" twice`,
		`[["name","ASC"],["name","DESC"]]`: `names "name" twice`,
		strings.Repeat("[", 20000):         malformed,
	} {
		if got := refuse(t, url.Values{"sort": {sort}}); !strings.Contains(got["sort"], want) {
			t.Errorf("%.80s: %v, want %s", sort, got, want)
		}
	}
}
