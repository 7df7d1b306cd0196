// Package origin parses settings that list web origins, and matches addresses against them.
package origin

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Set is a set of web origins (RFC 6454): scheme, host and port of pages.
type Set []string

// anyPort is the port wildcard of a loopback entry.
const anyPort = "*"

// Parse parses a setting's entries. It trims spaces and skips empty entries. An entry is an origin such as
// https://app.example.com or, for development, any port of this machine: http://localhost:*, http://127.0.0.1:* or
// http://[::1]:*. The error names the invalid entry and is worded to follow the name of the setting.
func Parse(entries []string) (Set, error) {
	var parsed Set
	for _, entry := range entries {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		bare, pattern := strings.CutSuffix(entry, ":"+anyPort)
		u, err := url.Parse(strings.TrimSuffix(bare, "/"))
		if err != nil || !isOrigin(u) || pattern && (u.Port() != "" || !isLoopback(u.Hostname())) {
			return nil, fmt.Errorf("holds %q, which is no origin such as https://app.example.com or http://localhost:*", entry)
		}
		origin := originOf(u)
		if pattern {
			origin += ":" + anyPort
		}
		parsed = append(parsed, origin)
	}
	return parsed, nil
}

// String returns the entries in the form of a setting.
func (s Set) String() string { return strings.Join(s, ",") }

// Allow reports whether an address, or an Origin header, belongs to one of the origins.
func (s Set) Allow(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	origin := originOf(u)
	for _, entry := range s {
		if entry == origin {
			return true
		}
		if host, pattern := strings.CutSuffix(entry, ":"+anyPort); pattern && originOf(&url.URL{Scheme: u.Scheme, Host: bracketed(u.Hostname())}) == host {
			return true
		}
	}
	return false
}

func isOrigin(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && !strings.ContainsAny(u.Host, "*,") &&
		*u == url.URL{Scheme: u.Scheme, Host: u.Host}
}

// originOf returns an origin as browsers write it: in lower case, without the default port.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = bracketed(strings.ToLower(u.Hostname()))
	}
	return u.Scheme + "://" + host
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
