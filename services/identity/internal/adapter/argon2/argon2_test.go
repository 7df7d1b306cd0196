package argon2_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/identity/identitytest"
)

var cheap = argon2.Params{MemoryKiB: 64, Iterations: 1, Parallelism: 1}

func newPasswords(t *testing.T, p argon2.Params) *argon2.Passwords {
	t.Helper()
	passwords, err := argon2.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return passwords
}

func TestPasswords(t *testing.T) { identitytest.TestPasswords(t, newPasswords(t, cheap)) }

func TestHashIsAPHCStringThatOutlivesTheSettings(t *testing.T) {
	old := newPasswords(t, cheap)
	hash, err := old.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hash %q", hash)
	}
	stronger := newPasswords(t, argon2.Params{MemoryKiB: 128, Iterations: 2, Parallelism: 1})
	if ok, err := stronger.Verify(t.Context(), hash, "correct horse"); !ok || err != nil {
		t.Errorf("an old hash under new settings: %v, %v", ok, err)
	}
}

func TestWaitingForAProcessorEndsWithTheContext(t *testing.T) {
	slow := newPasswords(t, argon2.Params{MemoryKiB: 128 << 10, Iterations: 3, Parallelism: 1})
	busy := make(chan struct{})
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for {
				select {
				case <-busy:
					return
				default:
					_, _ = slow.Hash(context.Background(), "x")
				}
			}
		}()
	}
	defer close(busy)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for { // until it has to wait: the first calls may still find a processor free
		if _, err := slow.Hash(ctx, "y"); err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			return
		}
	}
}

func TestBadParameters(t *testing.T) {
	if _, err := argon2.New(argon2.Params{MemoryKiB: 1, Iterations: 1, Parallelism: 64}); err == nil {
		t.Error("eight times the parallelism is the least memory")
	}
}
