package stack

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"muster/deploy/local/supervise"
)

// controlled is a part that can be killed and resumed.
type controlled interface {
	Status() supervise.Status
	Kill()
	Pause(ctx context.Context)
	Resume()
}

// control lets tests break the stack: GET /services returns the status of each part, and POST /services/{name}/kill,
// /pause and /resume act on one. The parts are the services, "postgres", "kafka", and in a cluster "kafka-2" and "kafka-3". POST /services/{name}/replicate
// starts another replica of a service, which is a part, too. [networks] are disturbed by PUT and DELETE /networks/{name}.
type control struct {
	networks *networks

	mu        sync.Mutex
	parts     map[string]controlled // nil for a replica that is about to start
	replicate func(ctx context.Context, service string) (Replica, error)
}

func newControl() *control { return &control{networks: newNetworks(), parts: map[string]controlled{}} }

func (c *control) add(name string, part controlled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts[name] = part
}

// statuses returns the status of each part.
func (c *control) statuses() map[string]supervise.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]supervise.Status{}
	for name, part := range c.parts {
		if part != nil {
			all[name] = part.Status()
		}
	}
	return all
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /services", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, c.statuses())
	})
	mux.HandleFunc("POST /services/{name}/{action}", c.act)
	c.networks.mount(mux)
	return http.NewCrossOriginProtection().Handler(mux)
}

// act answers when the action is complete: a killed part has ended by then, but has not been restarted.
func (c *control) act(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	c.mu.Lock()
	part := c.parts[name]
	c.mu.Unlock()
	if part == nil {
		answer(w, http.StatusNotFound, map[string]string{"message": "There is no part " + name + "; GET /services lists them."})
		return
	}
	switch r.PathValue("action") {
	case "kill":
		part.Kill()
	case "pause":
		ctx, cancel := context.WithTimeout(r.Context(), stopTimeout)
		defer cancel()
		part.Pause(ctx)
	case "resume":
		part.Resume()
	case "replicate":
		replica, err := c.replicate(r.Context(), name)
		if err != nil {
			answer(w, http.StatusConflict, map[string]string{"message": err.Error()})
			return
		}
		answer(w, http.StatusOK, replica)
		return
	default:
		answer(w, http.StatusNotFound, map[string]string{"message": "The actions are kill, pause, resume and replicate."})
		return
	}
	answer(w, http.StatusOK, part.Status())
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
