package directorytest_test

import (
	"fmt"
	"testing"

	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster/rostertest"
)

func TestFakeStore(t *testing.T) {
	directorytest.TestStore(t, openFake)
	directorytest.TestMailQueue(t, openFake)
	rostertest.TestStore(t, func(*testing.T) rostertest.Backend {
		s := directorytest.NewStore()
		return rostertest.Backend{Roster: s.Roster(), Users: s, Properties: s.Properties}
	})
}

func openFake(*testing.T) directorytest.Backend {
	s := directorytest.NewStore()
	return directorytest.Backend{
		Store: s, MailQueue: s, Published: func() []string { return directorytest.Published(s.Published()) },
		RequestID: s.RequestID, Mails: s.Mails, Properties: s.Properties,
	}
}

func TestFakeMailer(t *testing.T) {
	directorytest.TestMailer(t, func(*testing.T) directorytest.Mailbox {
		f := &directorytest.Mailer{}
		return directorytest.Mailbox{Mailer: f, Refuse: f.Fail, Reject: f.Reject, Received: func() (letters []directorytest.Letter) {
			for _, m := range f.Sent() {
				letters = append(letters, directorytest.Letter{MessageID: fmt.Sprint(m.ID), To: m.Recipient, Text: m.Code})
			}
			return letters
		}}
	})
}
