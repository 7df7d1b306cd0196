package identitytest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

// TestKeyStore checks that a key store meets the contract of identity.KeyStore.
func TestKeyStore(t *testing.T, newStore func(t *testing.T) identity.KeyStore) {
	for name, test := range map[string]func(*testing.T, identity.KeyStore){
		"keys survive in order":        keysSurvive,
		"a failed change is undone":    failedChange,
		"one change at a time":         oneChangeAtATime,
		"a key left out is forgotten":  keyLeftOut,
		"an empty store has no key":    func(t *testing.T, ks identity.KeyStore) { same(t, "keys", len(keysIn(t, ks)), 0) },
		"a change sees what is stored": changeSees,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newStore(t))
		})
	}
}

func key(id string, from time.Duration) identity.SigningKey {
	return identity.SigningKey{ID: id, Sealed: []byte("sealed " + id), CreatedAt: at, SignsFrom: at.Add(from)}
}

func keysIn(t *testing.T, ks identity.KeyStore) []identity.SigningKey {
	t.Helper()
	keys, err := ks.SigningKeys(t.Context())
	check(t, err)
	return keys
}

func setKeys(t *testing.T, ks identity.KeyStore, keys ...identity.SigningKey) {
	t.Helper()
	check(t, ks.ChangeKeys(t.Context(), func([]identity.SigningKey) ([]identity.SigningKey, error) { return keys, nil }))
}

func keysSurvive(t *testing.T, ks identity.KeyStore) {
	setKeys(t, ks, key("late", 2*time.Hour), key("early", time.Hour))
	same(t, "keys", keysIn(t, ks), []identity.SigningKey{key("early", time.Hour), key("late", 2*time.Hour)})
}

func keyLeftOut(t *testing.T, ks identity.KeyStore) {
	setKeys(t, ks, key("a", 0), key("b", 1))
	setKeys(t, ks, key("b", 1), key("c", 2*time.Second))
	keys := keysIn(t, ks)
	if len(keys) != 2 || keys[0].ID != "b" || keys[1].ID != "c" {
		t.Fatalf("%v", keys)
	}
}

func changeSees(t *testing.T, ks identity.KeyStore) {
	setKeys(t, ks, key("a", 0))
	check(t, ks.ChangeKeys(t.Context(), func(keys []identity.SigningKey) ([]identity.SigningKey, error) {
		same(t, "seen", keys, []identity.SigningKey{key("a", 0)})
		return keys, nil
	}))
	same(t, "kept", keysIn(t, ks), []identity.SigningKey{key("a", 0)})
}

func failedChange(t *testing.T, ks identity.KeyStore) {
	setKeys(t, ks, key("a", 0))
	wantErr(t, ks.ChangeKeys(t.Context(), func([]identity.SigningKey) ([]identity.SigningKey, error) {
		return []identity.SigningKey{key("b", 0)}, errOnPurpose
	}), errOnPurpose)
	same(t, "keys", keysIn(t, ks), []identity.SigningKey{key("a", 0)})
}

func oneChangeAtATime(t *testing.T, ks identity.KeyStore) {
	const n = 6
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := ks.ChangeKeys(t.Context(), func(keys []identity.SigningKey) ([]identity.SigningKey, error) {
				if len(keys) > 0 {
					return keys, nil
				}
				return []identity.SigningKey{key(fmt.Sprint("k", i), 0)}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "keys", len(keysIn(t, ks)), 1)
}
