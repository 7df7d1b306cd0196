package mailcatcher

import (
	"errors"
	"math/rand/v2"
	"sync"

	"github.com/emersion/go-smtp"
)

// Trigger makes one step of SMTP fail on purpose.
type Trigger struct {
	// ErrorCode is the SMTP code to answer, 400 to 599.
	ErrorCode int
	// Probability is the failure rate in per cent: 0 never, 100 always.
	Probability int
}

// Triggers are the steps that can fail. A member omitted from a PUT does not fail.
type Triggers struct {
	// Sender fails MAIL FROM, Recipient fails RCPT TO, Authentication fails AUTH.
	Sender, Recipient, Authentication Trigger
}

// chaos holds the active triggers.
type chaos struct {
	mu       sync.Mutex
	triggers Triggers
}

// withDefaults fills in missing codes.
func (t Triggers) withDefaults() Triggers {
	for trigger, code := range map[*Trigger]int{&t.Sender: 451, &t.Recipient: 451, &t.Authentication: 535} {
		if trigger.ErrorCode == 0 {
			trigger.ErrorCode = code
		}
	}
	return t
}

func (c *chaos) get() Triggers {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.triggers.withDefaults()
}

// set activates the triggers, or returns what is wrong with them.
func (c *chaos) set(triggers Triggers) error {
	triggers = triggers.withDefaults()
	for _, trigger := range []Trigger{triggers.Sender, triggers.Recipient, triggers.Authentication} {
		if trigger.ErrorCode < 400 || trigger.ErrorCode > 599 {
			return errors.New("error code must be between 400 and 599")
		}
		if trigger.Probability < 0 || trigger.Probability > 100 {
			return errors.New("probability must be between 0 and 100")
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.triggers = triggers
	return nil
}

func (c *chaos) sender() error         { return c.get().Sender.strike() }
func (c *chaos) recipient() error      { return c.get().Recipient.strike() }
func (c *chaos) authentication() error { return c.get().Authentication.strike() }

// strike decides at random whether the step fails now.
func (t Trigger) strike() error {
	if rand.IntN(100) >= t.Probability {
		return nil
	}
	return &smtp.SMTPError{Code: t.ErrorCode, EnhancedCode: smtp.EnhancedCode{t.ErrorCode / 100, 0, 0}, Message: "Refused on purpose"}
}
