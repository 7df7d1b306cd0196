package main

import (
	"net"
	"net/url"
	"strings"

	"muster/libs/service"
	"muster/services/identity/internal/adapter/webauthn"
)

// checkPasskeys fills in what follows from the frontend's address.
func (s *settings) checkPasskeys(p *service.Problems) {
	p.Limit("PASSKEY_SIGN_INS_PER_HOUR", s.PasskeySignInsPerHour, 1)
	p.URL("PUBLIC_URL", s.PublicURL)
	domain, origin := "localhost", "http://localhost:*" // in development
	if u, err := url.Parse(s.PublicURL); err == nil && u.Scheme == "https" && net.ParseIP(u.Hostname()) == nil {
		domain, origin = strings.ToLower(u.Hostname()), "https://"+u.Host
	}
	if s.PasskeyRPID == "" {
		s.PasskeyRPID = domain
	}
	if len(s.PasskeyOrigins) == 0 {
		s.PasskeyOrigins = []string{origin}
	}
	s.PasskeyOrigins = p.Origins("PASSKEY_ORIGINS", s.PasskeyOrigins)
	problem := s.relyingParty().Problem()
	p.Need(problem == "" || len(s.PasskeyOrigins) == 0, "PASSKEY_RP_ID", problem) // without origins, these are the problem
}

func (s *settings) relyingParty() webauthn.RelyingParty {
	return webauthn.RelyingParty{ID: s.PasskeyRPID, Name: s.Issuer, Origins: s.PasskeyOrigins}
}
