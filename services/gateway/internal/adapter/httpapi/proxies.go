package httpapi

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// proxies detects untrusted proxies in front of the gateway.
type proxies struct {
	trusted []string // addresses and networks
	log     *slog.Logger
	once    sync.Once
}

// warn logs once that an untrusted proxy seems to forward requests. All its clients then share the limits of one client
// network.
func (p *proxies) warn(c *gin.Context) {
	if c.GetHeader("X-Forwarded-For") == "" {
		return
	}
	peer, err := netip.ParseAddr(c.RemoteIP())
	if err != nil || !peer.Unmap().IsPrivate() && !peer.Unmap().IsLoopback() || p.trusts(peer.Unmap()) {
		return
	}
	p.once.Do(func() {
		p.log.WarnContext(c.Request.Context(), "an untrusted proxy forwards requests, so all its clients share the limits of one: "+
			"add its address to GATEWAY_TRUSTED_PROXIES", "proxy", peer.String())
	})
}

func (p *proxies) trusts(peer netip.Addr) bool {
	return slices.ContainsFunc(p.trusted, func(text string) bool {
		if !strings.Contains(text, "/") {
			address, err := netip.ParseAddr(text)
			return err == nil && address.Unmap() == peer
		}
		network, err := netip.ParsePrefix(text)
		return err == nil && network.Contains(peer)
	})
}
