// Package userslist declares the sorts and filters of user lists (contract section 4.1), once for directory's
// /api/users and the gateway's /api/users/full. It is separate from usersapi, which the cores import, because lists
// contain SQL.
package userslist

import (
	"strings"

	"muster/libs/listing"
	"muster/libs/usersapi"
)

// Column is the column that stores a member of the user object, in both services.
type Column struct {
	Name   string
	Type   string // SQL
	Member string // of the JSON object
}

// Columns are the stored members of the user object except its id, in the contract's order.
var Columns = []Column{
	{"username", "text", "username"},
	{"email", "text", "email"},
	{"type_code", "text", "typeCode"},
	{"first_name", "text", "firstName"},
	{"last_name", "text", "lastName"},
	{"auth_type_code", "text", "authTypeCode"},
	{"is_active", "boolean", "isActive"},
	{"created_at", "timestamptz", "createdAt"},
	{"updated_at", "timestamptz", "updatedAt"},
	{"verified_at", "timestamptz", "verifiedAt"},
	{"last_login_at", "timestamptz", "lastLoginAt"},
	{"exemption_from", "timestamptz", "subscriptionExemptionStartsAt"},
	{"exemption_to", "timestamptz", "subscriptionExemptionEndsAt"},
	{"legacy_user_id", "bigint", "legacyUserId"},
}

// Select returns the select list that reads a [usersapi.User]. id and prefix are as in [Fields].
func Select(id, prefix string) string {
	columns := []string{id + " AS id"}
	for _, c := range Columns {
		columns = append(columns, prefix+c.Name)
	}
	return strings.Join(append(columns,
		listing.NameOf(prefix+"type_code", usersapi.TypeNames)+" AS type_name",
		listing.NameOf(prefix+"auth_type_code", usersapi.AuthTypeNames)+" AS auth_type_name"), ", ")
}

// Fields returns the fields of a list of users in a table. id is the column of the user id. prefix precedes all other
// columns ("u." or nothing), which have the same names in both services.
//
// A sign-in changes only last_login_at among the indexed columns, so that column is [listing.Field.Apart].
func Fields(table, id, prefix string) []listing.Field {
	text := func(name, column string, null bool) listing.Field {
		return listing.Field{Name: name, Column: prefix + column, Kind: listing.Text, Nullable: null, Sortable: true, Filterable: true, Searched: true}
	}
	// A code that does not exist equals no row's: the contract asks for no more. Codes are upper case, so they sort as
	// they are.
	code := func(name, column string) listing.Field {
		return listing.Field{Name: name, Column: prefix + column, Kind: listing.Code, Sortable: true, Filterable: true, SortBy: prefix + column, Rollup: listing.ByValue}
	}
	name := func(name, code string, names map[string]string) listing.Field {
		return listing.Field{Name: name, Column: prefix + code, Kind: listing.Text, Names: names, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByValue}
	}
	alias := func(f listing.Field, name string) listing.Field {
		f.Alias = name
		return f
	}
	date := func(name, column string, null, sortable bool) listing.Field {
		f := listing.Field{Name: name, Column: prefix + column, Kind: listing.Date, Nullable: null, Sortable: sortable, Filterable: true}
		if null {
			f.Rollup = listing.ByNull
		}
		return f
	}
	lastLogin := date("lastLoginAt", "last_login_at", true, true)
	lastLogin.Apart = table + "_last_login_at"
	return []listing.Field{
		{Name: "id", Column: id, Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
		text("username", "username", false),
		text("email", "email", false),
		text("firstName", "first_name", true),
		text("lastName", "last_name", true),
		name("typeName", "type_code", usersapi.TypeNames),
		name("authTypeName", "auth_type_code", usersapi.AuthTypeNames),
		alias(code("userTypeCode", "type_code"), "typeCode"),
		code("authTypeCode", "auth_type_code"),
		{Name: "isActive", Column: prefix + "is_active", Kind: listing.Bool, Sortable: true, Filterable: true, Rollup: listing.ByValue},
		date("createdAt", "created_at", false, true),
		date("updatedAt", "updated_at", false, true),
		date("verifiedAt", "verified_at", true, true),
		lastLogin,
		date("subscriptionExemptionStartsAt", "exemption_from", true, false),
		date("subscriptionExemptionEndsAt", "exemption_to", true, false),
		{Name: "legacyUserId", Column: prefix + "legacy_user_id", Kind: listing.Integer, Digits: true, Nullable: true, Filterable: true, Rollup: listing.ByNull},
	}
}
