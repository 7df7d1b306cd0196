package identitytest

import (
	"context"
	"crypto/sha256"
	"net/url"
	"sync"
	"time"

	"muster/services/identity/internal/identity"
)

// Providers is an identity.Providers in memory.
type Providers struct {
	mu     sync.Mutex
	people map[string]identity.Person
	away   bool
}

var _ identity.Providers = (*Providers)(nil)

// Knows makes an ID token or a code stand for a person. The person's provider becomes set up.
func (p *Providers) Knows(token string, who identity.Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.people == nil {
		p.people = map[string]identity.Person{}
	}
	p.people[token] = who
}

// Leave makes the providers unavailable until it is called with false.
func (p *Providers) Leave(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

// Configured reports whether anybody of the provider is known.
func (p *Providers) Configured(name identity.Provider) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, who := range p.people {
		if who.Provider == name {
			return true
		}
	}
	return false
}

// Identify finds the person by the token or code.
func (p *Providers) Identify(_ context.Context, name identity.Provider, e identity.Evidence) (identity.Person, error) {
	if !p.Configured(name) {
		return identity.Person{}, identity.ErrProviderNotConfigured
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	who, ok := p.people[e.IDToken+e.Code]
	switch {
	case p.away:
		return identity.Person{}, errAway
	case !ok || who.Provider != name:
		return identity.Person{}, identity.ErrProviderTokenInvalid
	}
	if e.IDToken != "" {
		hash := sha256.Sum256([]byte(e.IDToken))
		who.TokenHash, who.TokenExpires = hash[:], time.Now().Add(time.Hour)
	}
	return who, nil
}

// AuthorizationURL names the state.
func (p *Providers) AuthorizationURL(_ context.Context, name identity.Provider, f identity.Flow) (string, error) {
	if !p.Configured(name) {
		return "", identity.ErrProviderNotConfigured
	}
	return "https://" + string(name) + ".example/authorize?state=" + url.QueryEscape(f.State), nil
}
