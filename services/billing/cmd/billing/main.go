// Command billing runs the billing service: what users pay. See the README for its settings.
package main

import (
	"context"

	"muster/libs/daemon"
	"muster/libs/telemetry"
)

func main() {
	daemon.Main(daemon.Blueprint[settings]{
		Name:     "billing",
		Settings: readSettings,
		LogLevel: settings.logLevel,
		Assemble: func(ctx context.Context, s settings, t *telemetry.Telemetry) (daemon.Service, error) {
			a, err := assemble(ctx, s, surroundings{log: t.Logger, metrics: t.Metrics})
			if err != nil {
				return daemon.Service{}, err
			}
			return daemon.Service{Parts: a.parts, Close: a.close}, nil
		},
	})
}
