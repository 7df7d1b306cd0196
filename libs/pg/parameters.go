package pg

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// InSchemas returns the database url for sessions that look for unqualified names in the given schemas, in this order.
func InSchemas(databaseURL string, schemas ...string) string {
	return WithParameters(databaseURL, map[string]string{"search_path": strings.Join(schemas, ",")})
}

// WithParameters returns the database url with more session parameters, or other values of them. It accepts both forms
// of database urls: postgres://… and key=value.
func WithParameters(databaseURL string, parameters map[string]string) string {
	names := slices.Sorted(maps.Keys(parameters))
	if u, err := url.Parse(databaseURL); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		query := u.Query()
		for _, name := range names {
			query.Set(name, parameters[name])
		}
		u.RawQuery = query.Encode()
		return u.String()
	}
	for _, name := range names { // The last value of a key counts.
		databaseURL += " " + name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(parameters[name]) + "'"
	}
	return databaseURL
}
