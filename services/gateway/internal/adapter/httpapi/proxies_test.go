package httpapi

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestAProxyThatIsNotTrustedIsNoticedOnce(t *testing.T) {
	for name, test := range map[string]struct {
		peer, forwarded string
		trusted         []string
		warns           int
	}{
		"a proxy of ours":       {"10.1.2.3:5000", "203.0.113.9", nil, 1},
		"on this machine":       {"127.0.0.1:5000", "203.0.113.9", nil, 1},
		"of IPv6":               {"[fd00::7]:5000", "203.0.113.9", []string{"10.0.0.0/8"}, 1},
		"trusted":               {"10.1.2.3:5000", "203.0.113.9", []string{"192.168.0.1", "10.0.0.0/8"}, 0},
		"trusted by address":    {"[::ffff:10.1.2.3]:5000", "203.0.113.9", []string{"10.1.2.3"}, 0},
		"a client that forges":  {"203.0.113.7:5000", "203.0.113.9", nil, 0},
		"a client of the house": {"10.1.2.3:5000", "", nil, 0},
	} {
		var log bytes.Buffer
		p := &proxies{trusted: test.trusted, log: slog.New(slog.NewTextHandler(&log, nil))}
		for range 3 {
			c, _ := gin.CreateTestContext(httptest.NewRecorder())
			c.Request = httptest.NewRequest("GET", "/", nil)
			c.Request.RemoteAddr = test.peer
			if test.forwarded != "" {
				c.Request.Header.Set("X-Forwarded-For", test.forwarded)
			}
			p.warn(c)
		}
		if got := strings.Count(log.String(), "GATEWAY_TRUSTED_PROXIES"); got != test.warns {
			t.Errorf("%s: %d warnings, want %d\n%s", name, got, test.warns, &log)
		}
	}
}
