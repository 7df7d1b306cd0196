package errs_test

import (
	"errors"
	"fmt"
	"testing"

	"muster/libs/errs"
)

var errTaken = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")

func TestCopiesStayTheValueTheyCameFrom(t *testing.T) {
	cause := errors.New("duplicate key")
	err := fmt.Errorf("register: %w", errTaken.Because(cause).With("field", "email"))
	if !errors.Is(err, errTaken) {
		t.Error("a copy is no longer the package-level value")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if errTaken.Err != nil || errTaken.Detail != nil {
		t.Error("the package-level value was changed")
	}
	if got := errs.From(err).Detail["field"]; got != "email" {
		t.Errorf("detail = %v", got)
	}
}

func TestDifferentErrorsAreNotEachOther(t *testing.T) {
	notFound := errs.New(errs.KindNotFound, "", "User not found")
	other := errs.New(errs.KindNotFound, "", "Verification request not found")
	if errors.Is(notFound, other) {
		t.Error("two errors without a code are one")
	}
	if errors.Is(errTaken, notFound) {
		t.Error("two kinds are one")
	}
}

func TestUnknownErrorsShowNothing(t *testing.T) {
	e := errs.From(errors.New(`pq: relation "users" does not exist`))
	if e.Kind != errs.KindInternal || e.Code != "INTERNAL" {
		t.Errorf("kind %v code %q", e.Kind, e.Code)
	}
	if e.Message != "Something went wrong on our side." {
		t.Errorf("message %q leaks the cause", e.Message)
	}
}

func TestEveryKindHasARule(t *testing.T) {
	for k := errs.KindInternal; k <= errs.KindUnavailable; k++ {
		if k.Status() < 400 || k.Status() > 599 {
			t.Errorf("kind %d has status %d", k, k.Status())
		}
	}
}

func TestInvalidNamesTheFirstField(t *testing.T) {
	e := errs.Invalid(errs.Field{Field: "email", Message: "is required"}, errs.Field{Field: "password", Message: "is too short"})
	if e.Kind.Status() != 400 || e.Code != "VALIDATION_FAILED" || e.Message != "email: is required" || len(e.Fields) != 2 {
		t.Errorf("%+v", e)
	}
}
