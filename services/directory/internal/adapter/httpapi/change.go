package httpapi

import (
	"encoding/json"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

type updateUserBody struct {
	Username      web.Member[string] `json:"username" jsonschema:"minLength=1,maxLength=100"`
	Email         web.Member[string] `json:"email" jsonschema:"format=idn-email"`
	FirstName     web.Member[string] `json:"firstName" jsonschema:"maxLength=100" null:"true"`
	LastName      web.Member[string] `json:"lastName" jsonschema:"maxLength=100" null:"true"`
	TypeCode      web.Member[string] `json:"userTypeCode"`
	IsActive      web.Member[bool]   `json:"isActive"`
	ExemptionFrom web.Member[string] `json:"subscriptionExemptionStartsAt" jsonschema:"format=date-time" null:"true"`
	ExemptionTo   web.Member[string] `json:"subscriptionExemptionEndsAt" jsonschema:"format=date-time" null:"true"`

	Properties web.Member[json.RawMessage] `json:"properties" jsonschema:"type=object" jsonschema_description:"The custom properties, at most 16 KiB as compact JSON." null:"true"`
}

// bindChange reads the body of PUT /api/users/:id (contract section 5).
func bindChange(c *gin.Context) (directory.UserChange, error) {
	b, err := web.Bind[updateUserBody](c)
	if err != nil {
		return directory.UserChange{}, err
	}
	from, err := parseTime("subscriptionExemptionStartsAt", b.ExemptionFrom)
	if err != nil {
		return directory.UserChange{}, err
	}
	to, err := parseTime("subscriptionExemptionEndsAt", b.ExemptionTo)
	if err != nil {
		return directory.UserChange{}, err
	}
	return directory.UserChange{
		Username: directory.Member[string](b.Username), Email: directory.Member[string](b.Email),
		FirstName: directory.Member[string](b.FirstName), LastName: directory.Member[string](b.LastName),
		TypeCode: directory.Member[string](b.TypeCode), IsActive: directory.Member[bool](b.IsActive),
		ExemptionFrom: from, ExemptionTo: to, Properties: propertiesText(b.Properties),
	}, nil
}

// propertiesText passes the JSON on unvalidated: the core validates it.
func propertiesText(m web.Member[json.RawMessage]) directory.Member[directory.Properties] {
	if m.Value == nil {
		return directory.Member[directory.Properties]{Given: m.Given}
	}
	text := directory.Properties(*m.Value)
	return directory.Member[directory.Properties]{Given: true, Value: &text}
}

// parseTime parses an RFC 3339 time. It rejects a time whose year in UTC does not fit RFC 3339, because it could be
// stored but not returned.
func parseTime(field string, m web.Member[string]) (directory.Member[time.Time], error) {
	if m.Value == nil {
		return directory.Member[time.Time]{Given: m.Given}, nil
	}
	t, err := time.Parse(time.RFC3339, *m.Value)
	if t = t.UTC(); err != nil || t.Year() < 1 || t.Year() > 9999 {
		return directory.Member[time.Time]{}, errs.InvalidField(field, `must be an RFC 3339 time such as "2024-01-01T00:00:00Z", or null`)
	}
	return directory.Member[time.Time]{Given: true, Value: &t}, nil
}
