// Package listing is the grammar that all lists of Muster share: how a caller pages, sorts and filters. A service
// declares the fields of a list once, and that declaration reads and checks the query, makes the SQL (PostgreSQL),
// and describes itself for the API documents.
//
//	var users = listing.New(
//		listing.Field{Name: "id", Column: "u.id", Kind: listing.Integer, ID: true, Sortable: true, Filterable: true},
//		listing.Field{Name: "email", Column: "u.email", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
//		listing.Field{Name: "lastLoginAt", Column: "u.last_login_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
//	)
//
//	query, err := users.ParseURL(request.URL)
//	page, err := listing.Fetch[row](ctx, db, query, "u.id, u.email, u.last_login_at", "users u")
//	web.List(c, page)
//
// # Paging
//
// page (from 1, default 1) with perPage (1 to 1000, default 10), or range=[0,24] (from 0, both ends included, at most
// 1000 rows), but not both. A page past the end is empty and has the true total. An empty parameter counts as one left
// out, one given twice is refused, and parameters that the grammar does not know are ignored.
//
// # Sorting
//
// sort=["field","ASC"], sort=["a","ASC","b","DESC"] or sort=[["a","ASC"],["b","DESC"]]. The direction may be in any
// case. A field named twice is refused. Nulls come last in both directions, and id ascending breaks ties. Text and
// codes sort by [SortKey].
//
// # Filtering
//
// filter is a JSON object, all of whose members must hold. What a value may be depends on the [Kind]:
//
//   - Text: a string of at most 1000 characters, found anywhere and in any case ([SearchKey]); %, _ and \ are ordinary
//     characters. The empty string, which is what a cleared search box sends, holds for every row.
//   - Code, Bool, Integer, Decimal: one value, or an array of at most 1000 of which any may hold; the empty array
//     holds for no row. A code is compared exactly, and one that the field's Values do not know is refused. Numbers
//     are JSON numbers without an exponent: neither "42", but for fields with Digits, nor 4.2e1.
//   - Integer and Decimal also: {"from":1000,"to":2000}, both ends included, either left out or null.
//   - Date: "2023-01-15" is that whole UTC day, and an RFC 3339 time is that whole second. A range is two of these as
//     ["…","…"], {"from":"…","to":"…"} or "…..…": from the start of the first to the end of the second. Either
//     end may be null or empty.
//   - JSON: a field "properties" is no filter by itself; "properties.plan" and "properties.address.city" are: 1 to 8
//     names that lead to a value inside, with dots between, each of 1 to 64 of A-Z, a-z, 0-9, _ and -. One filter may
//     have 16 of these. The value is a string, a number without an exponent, or true or false, or an array of at most
//     1000 of these, of which any may hold. It is compared exactly and by its type: "5" is not 5, which is 5.0, and "a"
//     is not "A". What stands in an array is not found. null is what is missing, and JSON's null.
//   - Any nullable field: null or "null" for rows without a value, "!null" for rows with one, also as a member of an
//     array of any-of values. So the text null cannot be looked for in a nullable text field. In a text field that is
//     never null, "null" is a text like any other.
//   - q: a string of at most 20 words, between white space. Each word is found as Text is, in any of the searched fields.
//   - A field with Digits takes "42" for 42.
//
// Text is compared in Unicode NFC. A filter with an array of ids and neither page, perPage nor range shows all of these
// rows, up to 1000.
//
// A range whose ends are both open holds for every row that has a value; one that ends before it starts holds for none.
// Rows without a value are in no range. A name given twice in one object, a NUL character, invalid UTF-8, and anything
// after the closing brace are refused. All problems of a query are reported at once.
//
// # The URL
//
// [List.ParseURL] reads JSON that stands unencoded in the URL as it was meant: see [ParseRawQuery].
//
// # Totals
//
// Every page has the exact total, as of the moment of its rows. Without more, [Fetch] counts the rows, which takes a few
// hundred milliseconds for a million. A list that is large has [Totals], which [Query.CountedBy] uses: a delta log that a
// trigger writes, a rollup for filters on fields of few values, and kept counts for other filters. Each replica runs
// [Totals.Run]. Package schema makes these from the declaration. See deploy/adr/0009 and 0014.
//
// # Indexes
//
// The database must be encoded in UTF-8 and have the ICU collation und-x-icu. Four kinds of index serve a list; the
// expressions must be spelled as here, since PostgreSQL compares them structurally. Package schema makes the first, those
// of fields that are [Field.Apart], and those on names of codes; the others are written by hand:
//
//	CREATE EXTENSION IF NOT EXISTS pg_trgm;
//	-- text filters and q, from three characters on: [List.SearchIn] says what the column holds; without it, one
//	-- index may carry upper(lower(column COLLATE "und-x-icu")) of all searched columns of a table
//	CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops);
//	-- sorting by a text that is never null, in both directions
//	CREATE INDEX users_by_username ON users (lower(username COLLATE "und-x-icu"), id);
//	-- sorting by a column that may be null or has few values: the above serves ASC; DESC needs
//	CREATE INDEX users_by_verified_at_desc ON users (verified_at DESC NULLS LAST, id);
//	-- properties, but for null and "!null", which read all rows
//	CREATE INDEX users_by_properties ON users USING gin (properties jsonb_path_ops);
//
// Without SearchIn, q is a disjunction, which uses the trigram index only if all searched fields have one, in one table.
//
// The statements are planned for the very values that are asked for, so that what PostgreSQL knows of how often a text
// occurs decides between the sort's index and the search's. ALTER COLUMN search_text SET STATISTICS 300 lets it know enough.
package listing
