package argon2

import "muster/services/identity/internal/foreignhash"

// Acquire takes the slots of a hash.
var Acquire = (*Passwords).acquire

// Own is what a hash of p costs.
func (p *Passwords) Own() foreignhash.Hash { return p.own }
