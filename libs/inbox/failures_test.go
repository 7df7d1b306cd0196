package inbox_test

import (
	"errors"
	"testing"

	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/testkit/pgtest"
)

func TestFailuresAreTriedAgainOrParkedByTheirKind(t *testing.T) {
	for _, f := range pgtest.Failures() {
		if got := inbox.IsTransient(f.Err); got != f.Kind.Retryable() {
			t.Errorf("%s: tried again %v, want %v", f.Name, got, f.Kind.Retryable())
		}
	}
	for kind := errs.KindInternal; kind <= errs.KindUnavailable; kind++ {
		passes := kind == errs.KindTimeout || kind == errs.KindUnavailable || kind == errs.KindBadGateway || kind == errs.KindTooMany
		if got := inbox.IsTransient(errs.New(kind, "CODE", "said").Because(errors.New("oops"))); got != passes {
			t.Errorf("kind %d: tried again %v, want %v", kind, got, passes)
		}
	}
}
