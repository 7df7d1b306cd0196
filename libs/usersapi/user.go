// Package usersapi is the part of the users API that two services share: the user object, its codes, the form of email
// addresses, names and custom properties, and the fields by which its lists sort and filter (directory's /api/users and
// the gateway's /api/users/full).
package usersapi

import (
	"time"

	"muster/libs/contracts/directoryv1"
)

// User is the user object of contract section 4.1, with its members in the contract's order. Times are UTC. An absent
// value is null and never left out.
type User struct {
	ID            int64      `json:"id"`
	Username      string     `json:"username"`
	Email         string     `json:"email"`
	TypeCode      string     `json:"typeCode"`
	TypeName      string     `json:"typeName"`
	FirstName     *string    `json:"firstName"`
	LastName      *string    `json:"lastName"`
	AuthTypeCode  string     `json:"authTypeCode"`
	AuthTypeName  string     `json:"authTypeName"`
	IsActive      bool       `json:"isActive"`
	CreatedAt     time.Time  `json:"createdAt"`
	UpdatedAt     time.Time  `json:"updatedAt"`
	VerifiedAt    *time.Time `json:"verifiedAt"`
	LastLoginAt   *time.Time `json:"lastLoginAt"`
	ExemptionFrom *time.Time `json:"subscriptionExemptionStartsAt"`
	ExemptionTo   *time.Time `json:"subscriptionExemptionEndsAt"`
	LegacyUserID  *int64     `json:"legacyUserId"`
}

// FromRecord converts the state that directory publishes to a user object.
func FromRecord(u directoryv1.User) User {
	return User{
		ID: u.ID, Username: u.Username, Email: u.Email, TypeCode: u.TypeCode, TypeName: TypeName(u.TypeCode),
		FirstName: u.FirstName, LastName: u.LastName, AuthTypeCode: u.AuthTypeCode, AuthTypeName: AuthTypeName(u.AuthTypeCode),
		IsActive: u.IsActive, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, VerifiedAt: u.VerifiedAt, LastLoginAt: u.LastLoginAt,
		ExemptionFrom: u.ExemptionFrom, ExemptionTo: u.ExemptionTo, LegacyUserID: u.LegacyUserID,
	}
}
