package outbox

import "sync"

// relays are the wake-up channels of the relays in this process. A service has one relay, tests have several. A relay
// that is woken for another's rows finds nothing and sleeps again.
var relays struct {
	sync.Mutex
	wake map[chan struct{}]struct{}
}

// register adds a wake-up channel until the returned function is called.
func register(wake chan struct{}) (unregister func()) {
	relays.Lock()
	defer relays.Unlock()
	if relays.wake == nil {
		relays.wake = make(map[chan struct{}]struct{})
	}
	relays.wake[wake] = struct{}{}
	return func() {
		relays.Lock()
		defer relays.Unlock()
		delete(relays.wake, wake)
	}
}

// wakeRelays tells every relay that there may be rows. It never blocks: a full channel already signals that.
func wakeRelays() {
	relays.Lock()
	defer relays.Unlock()
	for wake := range relays.wake {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}
