package smtp_test

import (
	"errors"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
)

// TestRefusals: what a server has against the recipient or the message is for good, and nothing else is.
func TestRefusals(t *testing.T) {
	none := gosmtp.EnhancedCode{}
	for name, c := range map[string]struct {
		step     smtptest.Step
		code     int
		enhanced gosmtp.EnhancedCode
		forGood  bool
	}{
		"no such mailbox":                 {smtptest.StepRcpt, 550, gosmtp.EnhancedCode{5, 1, 1}, true},
		"no such mailbox, in few words":   {smtptest.StepRcpt, 550, none, true},
		"mailbox full for good":           {smtptest.StepRcpt, 552, gosmtp.EnhancedCode{5, 2, 2}, true},
		"mailbox full":                    {smtptest.StepRcpt, 452, gosmtp.EnhancedCode{4, 2, 2}, false},
		"the domain takes no mail":        {smtptest.StepRcpt, 556, gosmtp.EnhancedCode{5, 1, 10}, true},
		"relaying denied":                 {smtptest.StepRcpt, 554, gosmtp.EnhancedCode{5, 7, 1}, false},
		"client not welcome":              {smtptest.StepRcpt, 550, gosmtp.EnhancedCode{5, 7, 25}, false},
		"authentication asked for":        {smtptest.StepRcpt, 530, gosmtp.EnhancedCode{5, 7, 0}, false},
		"authentication, in few words":    {smtptest.StepRcpt, 530, none, false},
		"a server set up wrongly":         {smtptest.StepRcpt, 550, gosmtp.EnhancedCode{5, 3, 5}, false},
		"a command out of order":          {smtptest.StepRcpt, 503, gosmtp.EnhancedCode{5, 5, 1}, false},
		"greylisting":                     {smtptest.StepRcpt, 450, none, false},
		"about to close":                  {smtptest.StepRcpt, 421, none, false},
		"the sender is not welcome":       {smtptest.StepMail, 550, gosmtp.EnhancedCode{5, 1, 8}, false},
		"the message is too big":          {smtptest.StepData, 552, gosmtp.EnhancedCode{5, 3, 4}, true},
		"the message cannot be converted": {smtptest.StepData, 554, gosmtp.EnhancedCode{5, 6, 1}, true},
		"the message breaks a policy":     {smtptest.StepData, 554, gosmtp.EnhancedCode{5, 7, 1}, false},
		"the disk is full":                {smtptest.StepData, 452, gosmtp.EnhancedCode{4, 3, 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := smtptest.New(t)
			m := mailer(t, server.URL)
			server.On(c.step, func(string) error { return smtptest.Answer(c.code, c.enhanced, "not for ada+1@example.com") })
			err := m.Send(t.Context(), registration())
			if err == nil || errors.Is(err, directory.ErrMailRefused) != c.forGood || strings.Contains(err.Error(), "ada") {
				t.Errorf("error %v", err)
			}
			server.On(c.step, nil)
			if err := m.Send(t.Context(), registration()); err != nil || len(server.Messages()) != 1 {
				t.Errorf("the next: %v, %d messages", err, len(server.Messages()))
			}
		})
	}
}
