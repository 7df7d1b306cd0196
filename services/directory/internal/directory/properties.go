package directory

import (
	"context"

	"muster/libs/usersapi"
)

// Properties are the custom properties of a user: a JSON object, such as a plan or a tenant, that the operator stores
// with the user and directory does not interpret. The empty string means no properties.
//
// They are not part of [User], because they may be long and no rule needs them. Frequent operations, such as a sign-in,
// neither read nor write them. Only administrators and the applications of Thunder may change them, because applications
// use them for authorization.
type Properties string

// UserWithProperties is a user as returned to readers that may see the properties.
type UserWithProperties struct {
	usersapi.User
	// Properties are a JSON object, {} when there are none.
	Properties string
}

// ParseProperties is [usersapi.ParseProperties].
func ParseProperties(text string) (Properties, error) {
	object, err := usersapi.ParseProperties(text)
	return Properties(object), err
}

// putProperties stores the properties of the change, if it has any, and reports whether they differ from the previous
// ones.
func (c UserChange) putProperties(ctx context.Context, tx Tx, id int64) (changed bool, err error) {
	if !c.Properties.Given {
		return false, nil
	}
	var properties Properties
	if c.Properties.Value != nil {
		properties = *c.Properties.Value
	}
	return tx.PutProperties(ctx, id, properties)
}
