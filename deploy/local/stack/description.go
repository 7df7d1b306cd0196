package stack

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"muster/deploy/local/process"
)

// Description says where the parts of a running stack are. It is the content of stack.json, which exists from the
// moment when all services are ready and the demo users exist until the stack stops. Seeded is false if there are no
// demo users.
type Description struct {
	Gateway string `json:"gateway"`
	Mail    string `json:"mail"`   // empty with an external SMTP server
	Stripe  string `json:"stripe"` // empty with an external Stripe account
	// Providers is the stand-in for the sign-in providers.
	Providers string `json:"providers"`
	Kafka     string `json:"kafka"`
	Postgres  string `json:"postgres"`

	Admin      Credentials `json:"admin"`
	Subscriber Credentials `json:"subscriber"`

	PublicURL string             `json:"publicUrl"`
	StripeKey string             `json:"stripeKey"` // a secret key that the fake accepts
	SMTP      string             `json:"smtp"`
	Control   string             `json:"control"`
	Services  map[string]Service `json:"services"`
	Databases map[string]string  `json:"databases"`
	Logs      string             `json:"logs"`
	PID       int                `json:"pid"`
	StartedAt time.Time          `json:"startedAt"`
	Seeded    bool               `json:"seeded"`

	application string // Thunder's, if it is the demo's: any other is a secret
}

// Credentials are a user's email and password.
type Credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Service is one of Muster's services.
type Service struct {
	URL      string `json:"url"`
	Internal string `json:"internal"` // base URL of probes, metrics, and the routes for other services and operators
	PID      int    `json:"pid"`
}

// publish writes the current description to stack.json.
func (s *stack) publish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	statuses := s.control.statuses()
	s.description.Services = map[string]Service{}
	for _, name := range services {
		s.description.Services[name] = Service{URL: urlOf(s.addressOf(name)), Internal: urlOf(s.internalAddressOf(name)), PID: statuses[name].PID}
	}
	return writeJSON(s.path("stack.json"), s.description, 0o600)
}

// snapshot returns the current description.
func (s *stack) snapshot() Description {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.description
}

// leftoverGrace is the time limit for stopping a service that an earlier run left behind.
const leftoverGrace = 5 * time.Second

// clearLeftovers stops the services of an earlier run that was killed, and removes its stack.json.
func (s *stack) clearLeftovers() error {
	path := s.path("stack.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return explainFile(err, path)
	}
	var old Description
	_ = json.Unmarshal(text, &old)
	for name, service := range old.Services {
		if !s.isLeftover(service.PID) {
			continue
		}
		s.console.Say("stopping %s (process %d), which an earlier run left behind", name, service.PID)
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
			_ = syscall.Kill(service.PID, signal)
			for deadline := time.Now().Add(leftoverGrace); s.isLeftover(service.PID) && time.Now().Before(deadline); {
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	return explainFile(os.Remove(path), path)
}

// isLeftover reports whether a process runs one of this directory's programs.
func (s *stack) isLeftover(pid int) bool {
	return pid > 1 && process.Alive(pid) && strings.Contains(process.Command(pid), s.path("bin"))
}
