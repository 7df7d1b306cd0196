// Package listing is the query grammar that all Muster lists share: how a caller pages, sorts and filters. A service
// declares the fields of a list once. From that declaration the package parses and checks the query, builds the SQL
// (PostgreSQL), and describes the list for the API documentation.
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
// 1000 rows), but not both. A page past the end is empty and has the true total. An empty parameter is treated as
// absent. A parameter given twice is refused. Parameters that the grammar does not know are ignored.
//
// # Sorting
//
// sort=["field","ASC"], sort=["a","ASC","b","DESC"] or sort=[["a","ASC"],["b","DESC"]]. The direction may be in any
// case. A field named twice is refused. Nulls come last in both directions, and id ascending breaks ties. Text and
// codes sort by [SortKey].
//
// # Filtering
//
// filter is a JSON object. A row must match all of its members. The [Kind] of a field decides which values are allowed:
//
//   - Text: a string of at most 1000 characters, matched anywhere in the text and without regard to case ([SearchKey]).
//     %, _ and \ are ordinary characters. The empty string, which a cleared search box sends, matches every row.
//   - Code, Bool, Integer, Decimal: one value, or an array of at most 1000 values of which any may match. The empty
//     array matches no row. A code is compared exactly, and a code that is not in the field's Values is refused.
//     Numbers are JSON numbers without an exponent: 4.2e1 is refused, and so is "42", except for fields with Digits.
//   - Integer and Decimal also accept {"from":1000,"to":2000}, with both ends included. Either end may be left out or
//     null.
//   - Date: "2023-01-15" is that whole UTC day, and an RFC 3339 time is that whole second. A range is two of these as
//     ["…","…"], {"from":"…","to":"…"} or "…..…". It runs from the start of the first to the end of the second. Either
//     end may be null or empty.
//   - JSON: a field "properties" is not a filter by itself, but "properties.plan" and "properties.address.city" are: 1
//     to 8 names separated by dots, each of 1 to 64 of A-Z, a-z, 0-9, _ and -, form the path to a nested value. One
//     filter may use 16 of these. The filter value is a string, a number without an exponent, true or false, or an
//     array of at most 1000 of these of which any may match. The comparison is exact and typed: "5" is not 5, 5 equals
//     5.0, and "a" is not "A". Elements of stored arrays are not matched. null matches a missing value and JSON's null.
//   - Any nullable field: null or "null" matches rows without a value, "!null" matches rows with one. Both may also be
//     members of an any-of array. A nullable text field therefore cannot be searched for the text null. In a text field
//     that is never null, "null" is ordinary text.
//   - q: a string of at most 20 words separated by white space. Each word is matched as Text is, in any of the searched
//     fields.
//   - A field with Digits accepts "42" for 42.
//
// Text is compared in Unicode NFC. A filter with an array of ids returns all of these rows, up to 1000, if page,
// perPage and range are all absent.
//
// A range with two open ends matches every row that has a value. A range that ends before it starts matches no row.
// Rows without a value are in no range. A name given twice in one object, a NUL character, invalid UTF-8, and anything
// after the closing brace are refused. All problems of a query are reported at once.
//
// # The URL
//
// [List.ParseURL] accepts JSON that is not percent-encoded in the URL: see [ParseRawQuery].
//
// # Totals
//
// Every page has the exact total, taken in the same snapshot as its rows: one statement if the total is stored or if few
// rows match, and otherwise a transaction. By default, [Fetch] counts the rows, which
// takes a few hundred milliseconds for a million. A large list uses [Totals] through [Query.CountedBy]: a delta log
// written by a trigger, a rollup for filters on fields with few values, and kept counts for other filters. Each replica
// runs [Totals.Run]. Package schema generates the tables and triggers from the declaration. See deploy/adr/0009 and
// 0014.
//
// # Indexes
//
// The database must be encoded in UTF-8 and have the ICU collation und-x-icu. Four kinds of index serve a list. Their
// expressions must be spelled exactly as shown here, because PostgreSQL compares them structurally. Package schema
// generates the first kind, the indexes of fields with [Field.Apart], and the indexes on names of codes. The others are
// written by hand:
//
//	CREATE EXTENSION IF NOT EXISTS pg_trgm;
//	-- text filters and q with at least three characters: [List.SearchIn] defines the column; without it, one
//	-- index may carry upper(lower(column COLLATE "und-x-icu")) of all searched columns of a table
//	CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops);
//	-- sorting by a text that is never null, in both directions
//	CREATE INDEX users_by_username ON users (lower(username COLLATE "und-x-icu"), id);
//	-- sorting by a column that may be null or has few values: the index above serves ASC; DESC needs
//	CREATE INDEX users_by_verified_at_desc ON users (verified_at DESC NULLS LAST, id);
//	-- properties, except null and "!null", which read all rows
//	CREATE INDEX users_by_properties ON users USING gin (properties jsonb_path_ops);
//
// Without SearchIn, q is a disjunction. It uses the trigram index only if all searched fields are in one table and each
// has such an index.
//
// PostgreSQL plans each statement for its actual argument values. It chooses between the sort's index and the search
// index by its statistics on how often a text occurs. ALTER COLUMN search_text SET STATISTICS 300 makes these precise
// enough.
//
// A filter on a field with [Field.Apart] first asks whether few rows match. If so, the list reads these rows by their
// ids. Otherwise it joins the two tables.
package listing
