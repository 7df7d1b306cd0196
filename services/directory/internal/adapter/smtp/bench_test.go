package smtp_test

import (
	"sync"
	"testing"

	"muster/services/directory/internal/adapter/smtp/smtptest"
)

// BenchmarkSend hands mails to a server on this machine, four at a time. What counts is the ratio of connections that
// are kept to one connection a mail, which a closed mailer uses.
func BenchmarkSend(b *testing.B) {
	for transport, options := range map[string]smtptest.Options{"clear": {}, "tls": {ImplicitTLS: true}} {
		for connections, end := range map[string]bool{"kept": false, "each": true} {
			b.Run(transport+"/"+connections, func(b *testing.B) { sendFour(b, options, end) })
		}
	}
}

func sendFour(b *testing.B, options smtptest.Options, end bool) {
	server := smtptest.NewWith(b, options)
	m := mailer(b, server.URL, func(c *config) { c.CAFile = server.CAFile })
	if end {
		m.Close()
	}
	mails := make(chan struct{}, b.N)
	for range b.N {
		mails <- struct{}{}
	}
	close(mails)
	b.ResetTimer()
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for range mails {
				if err := m.Send(b.Context(), registration()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	senders.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
