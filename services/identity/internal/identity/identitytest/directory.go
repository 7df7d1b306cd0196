package identitytest

import (
	"context"
	"sync"

	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/services/identity/internal/identity"
)

// errAway means that another system is not available.
var errAway = errs.New(errs.KindUnavailable, "UNAVAILABLE", "It is not available right now.")

// Directory is an identity.Directory in memory.
type Directory struct {
	mu     sync.Mutex
	mailed map[mailedKey]mailed
	away   bool
}

var _ identity.Directory = (*Directory)(nil)

type mailedKey struct{ typeCode, email string }

type mailed struct {
	code    string
	proof   identity.Proof
	guesses int
}

// Mail makes a code of this type valid for an address, and says what it proves.
func (d *Directory) Mail(typeCode, email, code string, proof identity.Proof) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mailed == nil {
		d.mailed = map[mailedKey]mailed{}
	}
	d.mailed[mailedKey{typeCode, usersapi.EmailKey(email)}] = mailed{code: code, proof: proof}
}

// Leave makes directory unavailable until it is called with false.
func (d *Directory) Leave(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = away
}

// Redeem allows five wrong guesses of a code. It limits no network.
func (d *Directory) Redeem(_ context.Context, r identity.Redemption) (identity.Proof, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := mailedKey{r.Type, usersapi.EmailKey(r.Email)}
	m, open := d.mailed[key]
	switch {
	case d.away:
		return identity.Proof{}, errAway
	case !open:
		return identity.Proof{}, errs.New(errs.KindNotFound, "NO_VERIFICATION_REQUEST", "There is no pending verification for this email address.")
	case m.guesses == 5:
		return identity.Proof{}, errs.New(errs.KindTooMany, "MAX_ATTEMPTS_EXCEEDED", "Maximum verification attempts exceeded. Please request a new code.")
	case m.code != r.Code:
		m.guesses++
		d.mailed[key] = m
		return identity.Proof{}, errs.New(errs.KindInvalid, "INVALID_CODE", "The verification code is incorrect.").With("attemptsRemaining", 5-m.guesses)
	}
	delete(d.mailed, key)
	return m.proof, nil
}
