// Package usersapi is the part of the users API that two services answer: the user object, its codes, and the fields
// that its lists sort and filter by (directory's /api/users and the gateway's /api/users/full).
package usersapi

import "time"

// User is the user object of contract section 4.1, members in the contract's order. Times are UTC; an absent value is
// null and never left out.
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
