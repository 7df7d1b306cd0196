// Package userslist declares what lists of users sort and filter by (contract section 4.1), once for directory's
// /api/users and the gateway's /api/users/full. It is apart from usersapi, which cores import, because lists are SQL.
package userslist

import "muster/libs/listing"

// Fields are the fields of a list of users. id is the column of the user id; prefix stands before all other columns
// ("u." or nothing), which have the same names in both services.
func Fields(id, prefix string) []listing.Field {
	text := func(name, column string, null bool) listing.Field {
		return listing.Field{Name: name, Column: prefix + column, Kind: listing.Text, Nullable: null, Sortable: true, Filterable: true, Searched: true}
	}
	// A code that does not exist equals no row's: the contract asks for no more. Codes are upper case, so they sort as
	// they are, and their names as they do.
	code := func(name, column string) listing.Field {
		return listing.Field{Name: name, Column: prefix + column, Kind: listing.Code, Sortable: true, Filterable: true, SortBy: prefix + column, Rollup: listing.ByValue}
	}
	name := func(name, column, code string) listing.Field {
		return listing.Field{Name: name, Column: prefix + column, Kind: listing.Text, Sortable: true, Filterable: true, Searched: true, SortBy: prefix + code, Rollup: listing.ByValue}
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
	return []listing.Field{
		{Name: "id", Column: id, Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
		text("username", "username", false),
		text("email", "email", false),
		text("firstName", "first_name", true),
		text("lastName", "last_name", true),
		name("typeName", "type_name", "type_code"),
		name("authTypeName", "auth_type_name", "auth_type_code"),
		alias(code("userTypeCode", "type_code"), "typeCode"),
		code("authTypeCode", "auth_type_code"),
		{Name: "isActive", Column: prefix + "is_active", Kind: listing.Bool, Sortable: true, Filterable: true, Rollup: listing.ByValue},
		date("createdAt", "created_at", false, true),
		date("updatedAt", "updated_at", false, true),
		date("verifiedAt", "verified_at", true, true),
		date("lastLoginAt", "last_login_at", true, true),
		date("subscriptionExemptionStartsAt", "exemption_from", true, false),
		date("subscriptionExemptionEndsAt", "exemption_to", true, false),
		{Name: "legacyUserId", Column: prefix + "legacy_user_id", Kind: listing.Integer, Digits: true, Nullable: true, Filterable: true, Rollup: listing.ByNull},
	}
}
