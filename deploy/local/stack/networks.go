package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"muster/deploy/local/netport"
)

// networks are the ways between the services and their servers, "postgres" and "kafka", as proxies that a test can slow down
// or cut. With [Settings.Networks] only: a proxy takes processor time.
type networks struct {
	server *toxiproxy.ApiServer

	mu      sync.Mutex
	proxies map[string][]*toxiproxy.Proxy
}

func newNetworks() *networks {
	return &networks{server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop()), proxies: map[string][]*toxiproxy.Proxy{}}
}

// add returns the address of a new proxy before a server at addr.
func (n *networks) add(network, addr string) (string, error) {
	listen, err := netport.Resolve("127.0.0.1:0")
	if err != nil {
		return "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	proxy := toxiproxy.NewProxy(n.server, fmt.Sprintf("%s %d", network, len(n.proxies[network])), listen, addr)
	if err := proxy.Start(); err != nil {
		return "", fmt.Errorf("proxy before %s: %w", network, err)
	}
	n.proxies[network] = append(n.proxies[network], proxy)
	return listen, nil
}

// close ends all proxies.
func (n *networks) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, proxies := range n.proxies {
		for _, p := range proxies {
			p.Stop()
		}
	}
}

// disturb adds a toxic of Toxiproxy, in its JSON, to both directions of a network. Undisturb removes all.
func (n *networks) disturb(network, toxic string) error {
	for _, p := range n.of(network) {
		for _, stream := range []string{"upstream", "downstream"} {
			var members map[string]any
			if err := json.Unmarshal([]byte(toxic), &members); err != nil {
				return err
			}
			members["stream"] = stream
			text, err := json.Marshal(members)
			if err != nil {
				return err
			}
			if _, err := p.Toxics.AddToxicJson(strings.NewReader(string(text))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *networks) undisturb(ctx context.Context, network string) {
	for _, p := range n.of(network) {
		p.Toxics.ResetToxics(ctx)
	}
}

func (n *networks) of(network string) []*toxiproxy.Proxy {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.proxies[network]
}

// mount adds PUT and DELETE /networks/{name}: the body of PUT is a toxic.
func (n *networks) mount(mux *http.ServeMux) {
	mux.HandleFunc("PUT /networks/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		toxic, err := io.ReadAll(r.Body)
		if err == nil && len(n.of(name)) == 0 {
			err = fmt.Errorf("there is no network %s with proxies: start the stack with --networks", name)
		}
		if err == nil {
			err = n.disturb(name, string(toxic))
		}
		if err != nil {
			answer(w, http.StatusConflict, map[string]string{"message": err.Error()})
			return
		}
		answer(w, http.StatusOK, struct{}{})
	})
	mux.HandleFunc("DELETE /networks/{name}", func(w http.ResponseWriter, r *http.Request) {
		n.undisturb(r.Context(), r.PathValue("name"))
		answer(w, http.StatusOK, struct{}{})
	})
}

// between returns what puts a proxy before a server; nil without [Settings.Networks].
func (s *stack) between(network string) func(addr string) (string, error) {
	if !s.settings.Networks {
		return nil
	}
	return func(addr string) (string, error) { return s.control.networks.add(network, addr) }
}

// proxied returns the URL of a database as the services use it.
func (s *stack) proxied(database string) (string, error) {
	to := s.between("postgres")
	if to == nil {
		return database, nil
	}
	u, err := url.Parse(database)
	if err != nil {
		return "", err
	}
	if u.Host, err = to(u.Host); err != nil {
		return "", err
	}
	return u.String(), nil
}
