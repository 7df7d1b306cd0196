// Command identity runs the identity service: who gets in. See the README for its settings.
package main

import (
	"context"
	"time"

	"muster/libs/daemon"
	"muster/libs/telemetry"
)

func main() {
	daemon.Main(daemon.Blueprint[settings]{
		Name:     "identity",
		Settings: readSettings,
		LogLevel: settings.logLevel,
		Assemble: func(ctx context.Context, s settings, t *telemetry.Telemetry) (daemon.Service, error) {
			a, err := assemble(ctx, s, surroundings{log: t.Logger, metrics: t.Metrics, now: time.Now, tick: tick})
			if err != nil {
				return daemon.Service{}, err
			}
			return daemon.Service{Parts: a.parts, Close: a.close}, nil
		},
	})
}
