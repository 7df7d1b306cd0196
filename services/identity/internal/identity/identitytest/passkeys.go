package identitytest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

var (
	_ identity.PasskeyStore = (*Store)(nil)
	_ identity.Passkeys     = (*Passkeys)(nil)
)

// UserHandle implements identity.PasskeyStore.
func (s *Store) UserHandle(ctx context.Context, userID int64, fresh []byte) ([]byte, error) {
	defer s.lock(ctx)()
	if _, ok := s.state.handles[userID]; !ok {
		s.state.handles[userID] = fresh
	}
	return s.state.handles[userID], nil
}

// UserOfPasskey implements identity.PasskeyStore.
func (s *Store) UserOfPasskey(ctx context.Context, credentialID []byte) (int64, error) {
	defer s.lock(ctx)()
	for _, f := range s.state.factors {
		if f.Credential != nil && bytes.Equal(f.Credential.ID, credentialID) {
			return f.UserID, nil
		}
	}
	return 0, identity.ErrPasskeyNotFound
}

// PutCeremony implements identity.PasskeyStore.
func (s *Store) PutCeremony(ctx context.Context, c identity.Ceremony) error {
	defer s.lock(ctx)()
	s.state.ceremonies[string(c.Hash)] = c
	return nil
}

// TakeCeremony implements identity.PasskeyStore.
func (s *Store) TakeCeremony(ctx context.Context, kind string, hash []byte) (identity.Ceremony, error) {
	defer s.lock(ctx)()
	c, ok := s.state.ceremonies[string(hash)]
	if !ok || c.Kind != kind {
		return identity.Ceremony{}, identity.ErrCeremonyNotFound
	}
	delete(s.state.ceremonies, string(hash))
	return c, nil
}

// DropCeremonies implements identity.PasskeyStore.
func (s *Store) DropCeremonies(ctx context.Context, kind string, userID int64) error {
	defer s.lock(ctx)()
	maps.DeleteFunc(s.state.ceremonies, func(_ string, c identity.Ceremony) bool { return c.UserID == userID && c.Kind == kind })
	return nil
}

// PurgeCeremonies implements identity.PasskeyStore.
func (s *Store) PurgeCeremonies(ctx context.Context, now time.Time, limit int) (int, error) {
	defer s.lock(ctx)()
	gone := 0
	for hash, c := range s.state.ceremonies {
		if gone < limit && !c.ExpiresAt.After(now) {
			delete(s.state.ceremonies, hash)
			gone++
		}
	}
	return gone, nil
}

// Passkeys is an identity.Passkeys without cryptography. [FakeDevice] answers its options.
type Passkeys struct{ challenges atomic.Int64 }

// passkeyAnswer is the answer of a [FakeDevice].
type passkeyAnswer struct {
	Challenge  string
	Credential identity.Credential // as it is after the signature
	Handle     []byte
	Verified   bool
}

type passkeyState struct {
	Challenge string
	Owner     *identity.PasskeyOwner // nil for anybody
}

func (p *Passkeys) prompt(owner *identity.PasskeyOwner) (identity.Prompt, error) {
	challenge := "challenge-" + strconv.FormatInt(p.challenges.Add(1), 10)
	state, err1 := json.Marshal(passkeyState{challenge, owner})
	options, err2 := json.Marshal(passkeyState{challenge, owner})
	if err1 != nil {
		err2 = err1
	}
	return identity.Prompt{Options: options, Challenge: challenge, State: state}, err2
}

// Creation implements identity.Passkeys.
func (p *Passkeys) Creation(owner identity.PasskeyOwner) (identity.Prompt, error) {
	return p.prompt(&owner)
}

// Request implements identity.Passkeys.
func (p *Passkeys) Request(owner identity.PasskeyOwner) (identity.Prompt, error) {
	return p.prompt(&owner)
}

// RequestAny implements identity.Passkeys.
func (p *Passkeys) RequestAny() (identity.Prompt, error) { return p.prompt(nil) }

// Claimed implements identity.Passkeys.
func (p *Passkeys) Claimed(answer []byte) (identity.Claim, error) {
	var a passkeyAnswer
	if json.Unmarshal(answer, &a) != nil || len(a.Credential.ID) == 0 {
		return identity.Claim{}, identity.ErrPasskeyInvalid
	}
	return identity.Claim{Challenge: a.Challenge, CredentialID: a.Credential.ID}, nil
}

func readAnswer(state, answer []byte) (passkeyAnswer, passkeyState, error) {
	var a passkeyAnswer
	var s passkeyState
	if err := json.Unmarshal(state, &s); err != nil {
		return a, s, err
	}
	if json.Unmarshal(answer, &a) != nil || a.Challenge != s.Challenge || len(a.Credential.ID) == 0 {
		return a, s, identity.ErrPasskeyInvalid
	}
	return a, s, nil
}

// Created implements identity.Passkeys.
func (p *Passkeys) Created(_ identity.PasskeyOwner, state, answer []byte) (identity.Credential, error) {
	a, _, err := readAnswer(state, answer)
	return a.Credential, err
}

// Proved implements identity.Passkeys.
func (p *Passkeys) Proved(owner identity.PasskeyOwner, state, answer []byte) (identity.Credential, error) {
	a, s, err := readAnswer(state, answer)
	if err != nil {
		return identity.Credential{}, err
	}
	owned := slices.ContainsFunc(owner.Credentials, func(c identity.Credential) bool { return bytes.Equal(c.ID, a.Credential.ID) })
	if !owned || s.Owner == nil && (!a.Verified || !bytes.Equal(a.Handle, owner.Handle)) {
		return identity.Credential{}, identity.ErrPasskeyInvalid
	}
	return a.Credential, nil
}

// FakeDevice is a Device for [Passkeys].
type FakeDevice struct {
	credential identity.Credential
	handle     []byte
}

var _ Device = (*FakeDevice)(nil)

// Create implements Device.
func (d *FakeDevice) Create(t *testing.T, options []byte) []byte {
	t.Helper()
	var asked passkeyState
	check(t, json.Unmarshal(options, &asked))
	d.credential = identity.Credential{ID: []byte(rand.Text()), PublicKey: []byte("key"), Transports: []string{"internal"}}
	d.handle = asked.Owner.Handle
	return answerWith(t, passkeyAnswer{Challenge: asked.Challenge, Credential: d.credential})
}

// Use implements Device.
func (d *FakeDevice) Use(t *testing.T, options []byte, signs uint32, verified bool) []byte {
	t.Helper()
	var asked passkeyState
	check(t, json.Unmarshal(options, &asked))
	signed := d.credential
	signed.SignCount = signs
	return answerWith(t, passkeyAnswer{asked.Challenge, signed, d.handle, verified})
}

func answerWith(t *testing.T, a passkeyAnswer) []byte {
	t.Helper()
	text, err := json.Marshal(a)
	check(t, err)
	return text
}
