package smtp

import "time"

// SetIdleTime changes how long connections are kept.
func (m *Mailer) SetIdleTime(d time.Duration) { m.pool.idleTime = d }
