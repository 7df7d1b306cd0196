package argon2_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/identity/internal/adapter/argon2"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/foreignhash"
)

var cheap = argon2.Params{MemoryKiB: 64, Iterations: 1, Parallelism: 1}

func newPasswords(t *testing.T, p argon2.Params) *argon2.Passwords {
	t.Helper()
	passwords, err := argon2.New(p, 13, runtime.GOMAXPROCS(0))
	if err != nil {
		t.Fatal(err)
	}
	return passwords
}

func TestPasswords(t *testing.T) {
	credentialstest.TestPasswords(t, newPasswords(t, cheap), credentialstest.ForeignHashes{
		Good:        "$2b$04$Z79l8/SdHX6PqUzYJ/Zv/OoeXYIqdJGng5c.xx8Ly6hRp1OcGfH8e",
		Unsupported: "$1$abcdefgh$irWbblnpmw", Malformed: "$2b$04$Z79l8", TooExpensive: "$2b$14$Z79l8/SdHX6PqUzYJ/Zv/OoeXYIqdJGng5c.xx8Ly6hRp1OcGfH8e",
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

// expensive returns a hash that costs more than one of ours.
func expensive(t *testing.T, memoryKiB int) foreignhash.Hash {
	t.Helper()
	h, err := foreignhash.Parse(fmt.Sprintf("$argon2id$v=19$m=%d,t=17,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI", memoryKiB))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestExpensiveHashesDelayNoOthers: when all slots for expensive hashes are taken, our own hashes still get theirs, and
// another expensive hash waits and then fails with ErrBusy.
func TestExpensiveHashesDelayNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPasswords(t, cheap)
		var held []func()
		for range max(runtime.GOMAXPROCS(0)/2, 1) {
			release, err := argon2.Acquire(p, t.Context(), expensive(t, 64))
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, release)
		}
		for range runtime.GOMAXPROCS(0) { // as many at a time as there are processors
			if _, err := argon2.Acquire(p, t.Context(), p.Own()); err != nil {
				t.Error(err)
			}
		}
		begin := time.Now()
		_, err := argon2.Acquire(p, t.Context(), expensive(t, 64))
		if !errors.Is(err, credentials.ErrBusy) || time.Since(begin) != 3*time.Second {
			t.Errorf("one more: %v after %v", err, time.Since(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := argon2.Acquire(p, ctx, expensive(t, 64)); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, credentials.ErrBusy) {
			t.Errorf("whoever has gone is told %v", err)
		}
		for _, release := range held {
			release()
		}
		if _, err := argon2.Acquire(p, t.Context(), expensive(t, 1<<20)); err != nil { // needs so much memory that it takes all slots
			t.Error(err)
		}
		if _, err := argon2.Acquire(p, t.Context(), expensive(t, 64)); !errors.Is(err, credentials.ErrBusy) {
			t.Errorf("beside a hash of much memory: %v", err)
		}
	})
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
	if _, err := argon2.New(argon2.Params{MemoryKiB: 1, Iterations: 1, Parallelism: 64}, 13, 1); err == nil {
		t.Error("eight times the parallelism is the least memory")
	}
}

// TestHashesAreShownAsThunderStoresThem, because its clients compare and keep them.
func TestHashesAreShownAsThunderStoresThem(t *testing.T) {
	p := newPasswords(t, cheap)
	for algorithm, want := range map[credentials.Algorithm]string{
		credentials.Argon:  `^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`,
		credentials.Bcrypt: `^\$2[ab]\$10\$[./A-Za-z0-9]{53}$`,
		credentials.SHA256: `^[A-Za-z0-9+/]{16}[0-9a-f]{64}$`,
		credentials.Simple: `^12345$`,
	} {
		hash, err := p.HashWith(t.Context(), algorithm, "12345")
		if err != nil {
			t.Fatal(err)
		}
		if shown := p.Shown(hash); !regexp.MustCompile(want).MatchString(shown) {
			t.Errorf("%s: %q", algorithm, shown)
		}
	}
}

// TestForeignHashesAreMadeInTheirSlots: a format that costs more than ours waits for the expensive slots and takes none
// of ours, and one that costs less takes one of ours.
func TestForeignHashesAreMadeInTheirSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPasswords(t, cheap)
		for range max(runtime.GOMAXPROCS(0)/2, 1) {
			if _, err := argon2.Acquire(p, t.Context(), expensive(t, 64)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := p.HashWith(t.Context(), credentials.Bcrypt, "12345"); !errors.Is(err, credentials.ErrBusy) {
			t.Errorf("bcrypt: %v", err)
		}
		for _, algorithm := range []credentials.Algorithm{credentials.Argon, credentials.SHA256, credentials.Simple} {
			if _, err := p.HashWith(t.Context(), algorithm, "12345"); err != nil {
				t.Errorf("%s: %v", algorithm, err)
			}
		}
		for range runtime.GOMAXPROCS(0) {
			if _, err := argon2.Acquire(p, t.Context(), p.Own()); err != nil {
				t.Fatal(err)
			}
		}
		for _, algorithm := range []credentials.Algorithm{credentials.Argon, credentials.SHA256, credentials.Simple} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := p.HashWith(ctx, algorithm, "12345"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s while all processors work: %v", algorithm, err)
			}
			cancel()
		}
	})
}

// TestWhatIsMadeHereIsRecognized, however little operators accept of an import.
func TestWhatIsMadeHereIsRecognized(t *testing.T) {
	p, err := argon2.New(argon2.Params{MemoryKiB: 19456, Iterations: 2, Parallelism: 1}, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, algorithm := range []credentials.Algorithm{credentials.Argon, credentials.Bcrypt, credentials.SHA256} {
		hash, err := p.HashWith(t.Context(), algorithm, "12345")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Recognize(p.Shown(hash)); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	if _, err := p.Recognize("$2b$12$Z79l8/SdHX6PqUzYJ/Zv/OoeXYIqdJGng5c.xx8Ly6hRp1OcGfH8e"); !errors.Is(err, credentials.ErrHashTooExpensive) {
		t.Errorf("a hash that costs more: %v", err)
	}
}
