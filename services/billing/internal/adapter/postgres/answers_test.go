package postgres_test

import (
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newStore(t *testing.T) *postgres.Store {
	t.Helper()
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	return postgres.New(db)
}

func TestAnswersAreKept(t *testing.T) {
	s := newStore(t)
	begin := func(user int64, content string, at time.Time) (billing.Attempt, error) {
		return s.Begin(t.Context(), user, "k", []byte(content), at)
	}
	check := func(err error, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Fatalf("error %v, want %v", err, want)
		}
	}
	first, err := begin(1, "a", now)
	check(err, nil)
	if first.Request == "" || first.Answer != nil {
		t.Fatalf("%+v", first)
	}
	_, err = begin(1, "a", now.Add(time.Second))
	check(err, billing.ErrKeyInFlight)
	_, err = begin(1, "b", now)
	check(err, billing.ErrKeyReused)
	other, err := begin(2, "b", now) // another user's key
	check(err, nil)
	if other.Request == first.Request {
		t.Error("two requests share a name")
	}

	check(s.Abandon(t.Context(), 1, "k"), nil)
	again, err := begin(1, "a", now)
	check(err, nil)
	if again.Request != first.Request || again.Answer != nil {
		t.Errorf("a second attempt is another request: %+v", again)
	}
	again, err = begin(1, "a", now.Add(billing.AttemptMax)) // the process of the first attempt has died
	check(err, nil)
	if again.Request != first.Request {
		t.Errorf("%+v", again)
	}

	want := billing.Answer{Status: 201, Header: map[string]string{"Content-Type": "application/json"}, Body: []byte(`{"id":1}`)}
	check(s.Complete(t.Context(), 1, "k", want), nil)
	check(s.Abandon(t.Context(), 1, "k"), nil) // too late: has no effect
	got, err := begin(1, "a", now.Add(billing.AnswerLife-time.Second))
	check(err, nil)
	if got.Answer == nil || !reflect.DeepEqual(*got.Answer, want) {
		t.Errorf("%+v", got.Answer)
	}
	_, err = begin(1, "b", now.Add(time.Hour))
	check(err, billing.ErrKeyReused)

	renewed, err := begin(1, "b", now.Add(billing.AnswerLife)) // the key is free again after a day
	check(err, nil)
	if renewed.Request == first.Request || renewed.Answer != nil {
		t.Errorf("%+v", renewed)
	}
	check(s.PurgeAnswers(t.Context(), now.Add(billing.AnswerLife)), nil)
	_, err = begin(2, "c", now) // purged: user 2's answer was a day old
	check(err, nil)
	_, err = begin(1, "b", now.Add(billing.AnswerLife)) // not purged
	check(err, billing.ErrKeyInFlight)
}

func TestOneOfManyBegins(t *testing.T) {
	s := newStore(t)
	var begun atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := s.Begin(t.Context(), 1, "k", []byte("a"), now)
			switch {
			case err == nil:
				begun.Add(1)
			case !errors.Is(err, billing.ErrKeyInFlight):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if begun.Load() != 1 {
		t.Errorf("%d began", begun.Load())
	}
}
