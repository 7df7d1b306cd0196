package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// Lengths in characters (auth-api.md, register). A password is hashed whatever its length; the upper limit keeps one
// request from costing more than another.
const (
	minPassword = 8
	maxPassword = 128
	maxName     = 100
)

// check validates all fields and says what is wrong with each. The password stays exactly as typed.
func (in Application) check() (string, identityv1.Registration, error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }

	email := checkEmail(in.Email, refuse)
	if message := checkPassword(in.Password); message != "" {
		refuse("password", message)
	}
	r := identityv1.Registration{TypeCode: TypeNotSubscribed, Username: checkUsername(in.Username, email, refuse)}
	r.FirstName = checkOptionalName("firstName", in.FirstName, refuse)
	r.LastName = checkOptionalName("lastName", in.LastName, refuse)
	if len(wrong) > 0 {
		return "", identityv1.Registration{}, errs.Invalid(wrong...)
	}
	return email, r, nil
}

func checkEmail(typed string, refuse func(field, message string)) string {
	email, err := usersapi.ParseEmail(typed)
	if err != nil {
		refuse("email", err.Error())
	}
	return email
}

// checkUsername is lenient where nobody chose a name and the address is refused already.
func checkUsername(chosen *string, email string, refuse func(field, message string)) string {
	username := defaultUsername(email)
	if chosen != nil {
		username = strings.TrimSpace(*chosen)
	}
	if message := checkName(username); message != "" && (chosen != nil || email != "") {
		refuse("username", message)
	}
	return username
}

// defaultUsername is the address before the "@".
func defaultUsername(email string) string {
	local, _, _ := strings.Cut(email, "@")
	return local
}

func checkOptionalName(field string, name *string, refuse func(field, message string)) *string {
	if name == nil {
		return nil
	}
	trimmed := strings.TrimSpace(*name)
	if message := checkName(trimmed); message != "" {
		refuse(field, message)
	}
	return &trimmed
}

func checkName(name string) string {
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxName:
		return "must have 1 to 100 characters"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "must not hold control characters"
	}
	return ""
}

func checkPassword(password string) string {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword {
		return "must have 8 to 128 characters"
	}
	return ""
}
