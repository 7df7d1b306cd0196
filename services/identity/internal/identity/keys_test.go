package identity_test

import (
	"testing"
	"time"

	"muster/services/identity/internal/identity/identitytest"
)

// signer is the key id of a token made now.
func (h *house) signer() string {
	h.t.Helper()
	in, err := h.login("ada@example.com", password)
	h.ok(err)
	header, _, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	return header["kid"].(string)
}

func (h *house) keyIDs() []string {
	h.t.Helper()
	h.ok(h.RefreshKeys(h.t.Context()))
	keys, err := h.store.SigningKeys(h.t.Context())
	h.ok(err)
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return ids
}

func TestKeysRotate(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	first := h.signer()
	h.clock.Advance(rules.KeyRotation - 10*time.Minute - time.Second)
	h.same("keys while the first is young", h.keyIDs(), []string{first})

	h.clock.Advance(time.Second)
	keys := h.keyIDs()
	h.same("published ahead", len(keys), 2)
	h.same("signs still", h.signer(), first)
	h.clock.Advance(10*time.Minute - time.Second)
	h.same("no third", len(h.keyIDs()), 2)
	h.same("signs to the last", h.signer(), first)

	h.clock.Advance(time.Second)
	h.same("signs now", h.signer(), keys[1])
	h.clock.Advance(rules.AccessTokenLife + 10*time.Second)
	h.same("kept while its tokens may live", h.keyIDs(), keys)
	h.clock.Advance(time.Second)
	h.same("dropped", h.keyIDs(), keys[1:])
}

// TestAnOperatorRotatesTheKeys: the new key is published at once and signs when every verifier has it. Other replicas load
// it by themselves.
func TestAnOperatorRotatesTheKeys(t *testing.T) {
	h := newHouse(t)
	other := newHouseOn(t, h.store)
	h.register("ada@example.com")
	first := h.signer()
	h.clock.Advance(time.Hour)
	keys, err := h.RotateKeys(t.Context())
	h.ok(err)
	h.same("keys", []any{len(keys), keys[0].ID, keys[1].SignsFrom}, []any{2, first, second.Add(time.Hour + 10*time.Minute)})
	again, err := h.RotateKeys(t.Context())
	h.ok(err)
	h.same("no third while one waits", again, keys)
	listed, err := h.SigningKeys(t.Context())
	h.ok(err)
	h.same("listed", listed, keys)
	h.same("signs still", h.signer(), first)
	other.clock.Advance(time.Hour)
	h.same("another replica", other.keyIDs(), []string{first, keys[1].ID})
	if _, err := other.tokens.Public(t.Context(), keys[1].ID); err != nil {
		t.Errorf("another replica does not verify with the new key: %v", err)
	}

	h.clock.Advance(10 * time.Minute)
	h.same("signs now", h.signer(), keys[1].ID)
	h.same("the old one verifies", len(h.keyIDs()), 2)
	h.clock.Advance(rules.AccessTokenLife + 11*time.Second)
	h.same("dropped", h.keyIDs(), []string{keys[1].ID})
	h.clock.Advance(rules.KeyRotation - 10*time.Minute - rules.AccessTokenLife - 11*time.Second)
	h.same("the next rotation is counted from the new key", len(h.keyIDs()), 2)
}

func TestALongPauseStillPublishesAhead(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	first := h.signer()
	h.clock.Advance(400 * 24 * time.Hour)
	keys := h.keyIDs()
	h.same("keys", len(keys), 2)
	h.same("signs", h.signer(), first)
	h.clock.Advance(10 * time.Minute)
	h.same("signs later", h.signer(), keys[1])
}

func TestReplicasShareTheirKeys(t *testing.T) {
	a := newHouse(t)
	b := newHouse(t)
	ids := a.keyIDs()
	// The same store behind another service: nothing is due, so it takes what is there.
	h := newHouseOn(t, a.store)
	h.same("keys", h.keyIDs(), ids)
	if b.keyIDs()[0] == ids[0] {
		t.Error("two installations have one key")
	}
}
