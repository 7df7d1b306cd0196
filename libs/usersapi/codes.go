package usersapi

// User types, sign-in methods and their names (contract section 1).
const (
	TypeSubscribed    = "SUBS"
	TypeNotSubscribed = "NONS"
	TypeAdministrator = "ADMI"

	AuthEmail = "EMAI"
)

// The names of codes, by code. They are defined only here: no database stores them. A new code needs one line here.
var (
	TypeNames = map[string]string{
		TypeSubscribed: "Subscribed", TypeNotSubscribed: "Not Subscribed", TypeAdministrator: "Administrator",
	}
	AuthTypeNames = map[string]string{
		AuthEmail: "Email", "GOOG": "Google OAuth", "APPE": "Apple OAuth", "FACE": "Facebook OAuth",
		"XXXX": "X OAuth", "LINK": "LinkedIn OAuth",
	}
	RequestTypeNames = map[string]string{
		"REGR": "Email Verification", "RPWR": "Reset Password", "EMUP": "Email Update", "INVI": "Invitation",
	}
	CouponTypeNames = map[string]string{"DISC": "Discount Percentage", "AMOU": "Discount Amount", "TRIA": "Free Trial"}
	DurationNames   = map[string]string{"ONCE": "Once", "REPE": "Repeating", "FORE": "Forever"}
)

// TypeName is the name of a user type code; empty for an unknown one.
func TypeName(code string) string { return TypeNames[code] }

// AuthTypeName is the name of an authentication type code; empty for an unknown one.
func AuthTypeName(code string) string { return AuthTypeNames[code] }

// CouponTypeName is the name of a coupon type code; empty for an unknown one.
func CouponTypeName(code string) string { return CouponTypeNames[code] }

// DurationName is the name of a coupon duration code; empty for an unknown one.
func DurationName(code string) string { return DurationNames[code] }
