package stack

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"muster/deploy/local/netport"
	"muster/deploy/local/supervise"
	"muster/libs/service/exitcode"
)

var errNoService = errors.New("only a service can have replicas")

// Replica is another process of a service, with the same settings and addresses of its own. Name is that of its part.
type Replica struct {
	Name string `json:"name"`
	Service
}

// replicate starts another replica of a service and waits until it is ready. It is a part like others, and stops with
// the stack.
func (s *stack) replicate(ctx context.Context, service string) (Replica, error) {
	if !slices.Contains(services, service) {
		return Replica{}, errNoService
	}
	var addresses [2]string
	for i := range addresses {
		address, err := netport.Resolve("127.0.0.1:0")
		if err != nil {
			return Replica{}, err
		}
		addresses[i] = address
	}
	name := s.control.nextName(service)
	prefix := strings.ToUpper(service) + "_"
	env := append(s.environment(service), prefix+"ADDR="+addresses[0], prefix+"INTERNAL_ADDR="+addresses[1]) // the last value counts
	replica := Replica{name, Service{URL: urlOf(addresses[0]), Internal: urlOf(addresses[1])}}
	supervisor := supervise.Start(supervise.Program{
		Name: name, Path: filepath.Join(s.path("bin"), service), Env: env, Dir: s.settings.Root, LogFile: s.logFile(name),
		ReadyURL: replica.Internal + "/readyz", FinalExit: exitcode.Settings,
	}, s.warn)
	s.later(func() { s.stopService(name, supervisor) })
	s.control.add(name, supervisor)
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := supervisor.WaitReady(ctx); err != nil {
		return Replica{}, fmt.Errorf("the replica %s does not start: %w", name, err)
	}
	replica.PID = supervisor.Status().PID
	return replica, nil
}

// nextName returns the name of the next replica of a service: gateway-2 is the first.
func (c *control) nextName(service string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := 2; ; n++ {
		name := fmt.Sprintf("%s-%d", service, n)
		if _, taken := c.parts[name]; !taken {
			c.parts[name] = nil
			return name
		}
	}
}
