package credentials_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"muster/libs/limits/limitstest"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
)

// slow takes a second for each hash, and three for an imported one.
type slow struct{ *credentialstest.Passwords }

func (p slow) Verify(ctx context.Context, hash, password string) (bool, error) {
	time.Sleep(time.Second)
	if p.Outdated(hash) {
		time.Sleep(3 * time.Second)
	}
	return p.Passwords.Verify(ctx, hash, password)
}

// TestWrongPasswordsTakeAsLongForEveryAddress once the times of imported hashes are known, in either form of what is typed.
func TestWrongPasswordsTakeAsLongForEveryAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := slow{&credentialstest.Passwords{}}
		own, err := p.Hash(t.Context(), "right")
		if err != nil {
			t.Fatal(err)
		}
		g := credentials.NewGuard(limitstest.New(time.Now), p, credentials.Rules{MaxAccountFailures: 1000, MaxIPFailures: 1000, FailureWindow: time.Hour})
		imported := p.Foreign("right")
		took := func(by credentials.Attempt, password string, hashes ...string) time.Duration {
			start := time.Now()
			_, _, err := g.VerifyPassword(t.Context(), by, password, hashes...)
			if !errors.Is(err, credentials.ErrInvalidCredentials) && password != "right" {
				t.Fatal(err)
			}
			return time.Since(start)
		}
		stranger := credentials.NewAttempt("ada@example.com", "192.0.2.1")
		if d := took(stranger, "wrong", ""); d != time.Second {
			t.Errorf("before anything is known: %s", d)
		}
		for _, password := range []string{"wrong", "wro\u0308ng"} { // the second is verified in two forms
			want := took(stranger, password, imported)
			for what, hashes := range map[string][]string{"nobody": {""}, "known": {own}, "imported": {imported}} {
				if d := took(stranger, password, hashes...); d != want {
					t.Errorf("%q, %s: %s, want %s", password, what, d, want)
				}
			}
		}
		if d := took(stranger, "right", own); d != time.Second {
			t.Errorf("the right password: %s", d)
		}
		if d := took(credentials.NewApplicationAttempt("ada@example.com", "shop"), "wrong", ""); d != time.Second {
			t.Errorf("an application: %s", d)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := g.VerifyPassword(ctx, stranger, "wrong", own); !errors.Is(err, context.Canceled) {
			t.Errorf("a client that has gone: %v", err)
		}
	})
}
