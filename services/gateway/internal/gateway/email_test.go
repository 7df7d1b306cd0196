package gateway_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// emails answers every call alike, once it has been received.
type emails struct {
	received chan gateway.Caller
	email    gateway.Email
	writes   []causal.Write
	err      error
}

func (e emails) answer(by gateway.Caller) (gateway.Email, []causal.Write, error) {
	e.received <- by
	return e.email, e.writes, e.err
}

func (e emails) Email(_ context.Context, userID int64) (gateway.Email, error) {
	email, _, err := e.answer(gateway.Caller{UserID: userID})
	return email, err
}

func (e emails) SetEmail(_ context.Context, by gateway.Caller, _ string) (gateway.Email, []causal.Write, error) {
	return e.answer(by)
}

func (e emails) SendEmailCode(_ context.Context, by gateway.Caller) (gateway.Email, []causal.Write, error) {
	return e.answer(by)
}

func (e emails) VerifyEmail(_ context.Context, by gateway.Caller, _ string) (gateway.Email, []causal.Write, error) {
	return e.answer(by)
}

// TestWritesOfEmailsAreFollowed, also those of a call that fails.
func TestWritesOfEmailsAreFollowed(t *testing.T) {
	caller, refused := gateway.Caller{UserID: 7, SessionID: "s1", Network: "192.0.2.1", Fresh: true}, errors.New("refused")
	for name, call := range map[string]func(*gateway.Service) (gateway.Email, []string, error){
		"SetEmail": func(s *gateway.Service) (gateway.Email, []string, error) {
			return s.SetEmail(t.Context(), caller, "a@b.c")
		},
		"SendEmailCode": func(s *gateway.Service) (gateway.Email, []string, error) { return s.SendEmailCode(t.Context(), caller) },
		"VerifyEmail": func(s *gateway.Service) (gateway.Email, []string, error) {
			return s.VerifyEmail(t.Context(), caller, "c")
		},
	} {
		for _, err := range []error{nil, refused} {
			fake := emails{make(chan gateway.Caller, 1), gateway.Email{Version: 1}, []causal.Write{{Aggregate: causal.User, UserID: 7, Version: 1}}, err}
			impatient := gateway.New(gateway.Ports{Model: gatewaytest.NewModel(), Emails: fake}, gateway.Rules{Patience: short})
			if e, lacking, got := call(impatient); e != fake.email || len(lacking) == 0 || !errors.Is(got, err) || <-fake.received != caller {
				t.Errorf("%s: %+v %q %v", name, e, lacking, got)
			}
			neighbours := &gatewaytest.Neighbours{} // an unavailable directory is no failure of a call that it has answered
			patient := gateway.New(gateway.Ports{Model: gatewaytest.NewModel(), Neighbours: neighbours, Emails: fake}, gateway.Rules{Patience: time.Minute})
			done := make(chan []string, 1)
			go func() {
				_, lacking, _ := call(patient)
				done <- lacking
			}()
			<-fake.received
			for _, c := range registration(7) {
				if len(done) > 0 {
					t.Fatalf("%s returned before the write had taken effect", name)
				}
				if err := patient.Apply(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			if lacking := <-done; len(lacking) > 0 {
				t.Errorf("%s: lacking %q", name, lacking)
			}
			if asked := len(neighbours.MailAsked()) > 0; asked != (err == nil && name != "VerifyEmail") {
				t.Errorf("%s with the error %v: the mail was awaited: %t", name, err, asked)
			}
		}
	}
}

func TestAnOldSessionSetsNoAddress(t *testing.T) {
	s := gateway.New(gateway.Ports{Model: gatewaytest.NewModel()}, gateway.Rules{})
	if _, _, err := s.SetEmail(t.Context(), gateway.Caller{UserID: 7, SessionID: "s1"}, "a@b.c"); !errors.Is(err, gateway.ErrStepUpRequired) {
		t.Errorf("got %v", err)
	}
}
