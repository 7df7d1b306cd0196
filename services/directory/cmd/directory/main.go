// Command directory runs the directory service: who the users are. See the README for its settings.
package main

import (
	"context"
	"log/slog"
	"time"

	"muster/libs/daemon"
	"muster/libs/telemetry"
)

func main() {
	daemon.Main(daemon.Blueprint[settings]{
		Name:     serviceName,
		Settings: readSettings,
		LogLevel: func(s settings) slog.Level { return s.LogLevel },
		Assemble: func(ctx context.Context, s settings, t *telemetry.Telemetry) (daemon.Service, error) {
			a, err := assemble(ctx, s, t, time.Now)
			if err != nil {
				return daemon.Service{}, err
			}
			return daemon.Service{Parts: a.parts, Close: a.close}, nil
		},
	})
}
