package argon2_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
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

func TestPasswords(t *testing.T) {
	credentialstest.TestPasswords(t, newPasswords(t, cheap), credentialstest.ForeignHashes{
		Good:        "$2b$04$Z79l8/SdHX6PqUzYJ/Zv/OoeXYIqdJGng5c.xx8Ly6hRp1OcGfH8e",
		Unsupported: "$1$abcdefgh$irWbblnpmw", Malformed: "$2b$04$Z79l8", TooExpensive: "$2b$16$Z79l8/SdHX6PqUzYJ/Zv/OoeXYIqdJGng5c.xx8Ly6hRp1OcGfH8e",
	})
}

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
	if old.Outdated(hash) || !stronger.Outdated(hash) {
		t.Errorf("outdated under its own settings: %v, under new ones: %v", old.Outdated(hash), stronger.Outdated(hash))
	}
	if weak := hash[:strings.LastIndex(hash, "$")+1] + "AAAAAAAAAAAAAAAAAAAAAA"; !old.Outdated(weak) {
		t.Error("a hash with a short key is as good as ours")
	}
}

// Operators may ask more of a hash than is accepted of an import, and lower it again.
func TestStoredHashesMayCostMoreThanImportedOnes(t *testing.T) {
	p := newPasswords(t, cheap)
	hash := "$argon2id$v=19$m=64,t=17000,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"
	if err := p.Importable(hash); !errors.Is(err, credentials.ErrHashTooExpensive) {
		t.Errorf("import: %v", err)
	}
	if _, err := p.Verify(t.Context(), hash, "correct horse"); err != nil {
		t.Errorf("verify: %v", err)
	}
}

func TestADamagedHashIsAnErrorThatDoesNotShowIt(t *testing.T) {
	_, err := newPasswords(t, cheap).Verify(t.Context(), "$2b$04$damaged", "correct horse")
	if err == nil || strings.Contains(err.Error(), "damaged$") || strings.Contains(err.Error(), "$2b") {
		t.Errorf("error %v", err)
	}
}

// A hash of much memory takes all slots, and gives them back.
func TestAHeavyHashRunsAlone(t *testing.T) {
	p := newPasswords(t, cheap)
	release, err := argon2.Acquire(p, t.Context(), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := argon2.Acquire(p, ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a light one beside it: %v", err)
	}
	release()
	for range runtime.GOMAXPROCS(0) { // light ones run as many at a time as there are processors
		if _, err := argon2.Acquire(p, t.Context(), 0); err != nil {
			t.Error(err)
		}
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
