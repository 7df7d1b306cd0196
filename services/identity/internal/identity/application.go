package identity

import (
	"strings"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// checkApplication validates all fields and says what is wrong with each.
func (s *Service) checkApplication(in Application) (string, identityv1.Registration, error) {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }

	email := checkEmail(in.Email, refuse)
	s.checkPassword("password", in.Password, in.Email, refuse)
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

// checkPassword checks a chosen password for the account with this address.
func (s *Service) checkPassword(field, password, email string, refuse func(field, message string)) {
	if message := s.rules.Passwords.Problem(password, email); message != "" {
		refuse(field, message)
	}
}

// checkUsername defaults to the part of the address before the "@".
func checkUsername(chosen *string, email string, refuse func(field, message string)) string {
	if username := checkOptionalName("username", chosen, refuse); username != nil {
		return *username
	}
	local, _, _ := strings.Cut(email, "@")
	return local
}

func checkOptionalName(field string, name *string, refuse func(field, message string)) *string {
	parsed, err := usersapi.ParseOptionalName(name)
	if err != nil {
		refuse(field, err.Error())
	}
	return parsed
}
