package pg

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/libs/internal/wait"
)

const (
	listenRetry = time.Second
	// listenCheck is how long the server may say nothing before the connection is checked.
	listenCheck = 30 * time.Second
	listenReply = 5 * time.Second // for connecting, and for a check
)

// Listen calls notify for every notification on the channel, and once after each connect, because notifications before
// it are lost. It keeps a connection of its own to the database at url until ctx is done. It tells failures and connects
// again. notify and failed must be quick. A caller that cannot afford to miss anything polls in addition.
func Listen(ctx context.Context, url, channel string, notify func(), failed func(error)) {
	for ctx.Err() == nil {
		if err := listen(ctx, url, channel, notify); err != nil && ctx.Err() == nil {
			failed(Wrap("listen to the database", err))
		}
		_ = wait.Sleep(ctx, listenRetry) // The loop checks ctx itself.
	}
}

// listen serves one connection. It returns when that has failed, or when ctx is done.
func listen(ctx context.Context, url, channel string, notify func()) error {
	config, err := ConnConfig(url, map[string]string{"application_name": "muster-listen"})
	if err != nil {
		return err
	}
	config.ConnectTimeout = listenReply
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	for notify(); ; notify() {
		if err := awaitNotification(ctx, conn); err != nil {
			return err
		}
	}
}

// awaitNotification returns nil when there is a notification. It checks the connection while there is none.
func awaitNotification(ctx context.Context, conn *pgx.Conn) error {
	for {
		quiet, cancel := context.WithTimeout(ctx, listenCheck)
		_, err := conn.WaitForNotification(quiet)
		cancel()
		if err == nil || quiet.Err() == nil || ctx.Err() != nil {
			return err
		}
		alive, cancel := context.WithTimeout(ctx, listenReply)
		err = conn.Ping(alive)
		cancel()
		if err != nil {
			return err
		}
	}
}
