package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"muster/services/directory/internal/directory"
)

// errNoUTF8 is the error for a recipient that needs a server with SMTPUTF8.
var errNoUTF8 = fmt.Errorf("the mail server does not support internationalised addresses (SMTPUTF8): %w", directory.ErrMailRefused)

// explainConnect keeps only the code of a server's answer, because errors are logged and the text may quote what the
// client sent. A server often quotes a command that it does not understand, and that command may contain a password.
func explainConnect(err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Errorf("connect to the mail server: it answered with SMTP code %d", answer.Code)
	}
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return errors.New("connect to the mail server: its answer is not SMTP")
	}
	return fmt.Errorf("connect to the mail server: %w", err)
}

// explainSend returns an error with the failed step and the SMTP code. It omits the server's text, because errors are
// logged and the text may contain the recipient's address.
func explainSend(err error) error {
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok { // nil, or not an error of the library
		return err
	}
	outcome := "no answer"
	if failed.ErrorCode() != 0 {
		outcome = strings.TrimSpace(fmt.Sprintf("SMTP code %d %s", failed.ErrorCode(), failed.EnhancedStatusCode()))
	}
	if refusedForGood(failed) {
		return fmt.Errorf("hand mail to the mail server: %s: %s: %w", failed.Reason, outcome, directory.ErrMailRefused)
	}
	return fmt.Errorf("hand mail to the mail server: %s: %s", failed.Reason, outcome)
}

// refusedForGood reports whether the server does not want this recipient or this message, ever. What it has against the
// sender, or against all mail from here, does not count: somebody puts that right, and the mail goes out then. Servers
// often wait for the recipient to say that, and the enhanced code (RFC 3463) tells: 5.7 is policy, 5.3 the server's own
// state except for 5.3.4, a message that is too big.
func refusedForGood(failed *gomail.SendError) bool {
	if failed.Reason != gomail.ErrSMTPRcptTo && failed.Reason != gomail.ErrSMTPDataClose {
		return false
	}
	switch failed.ErrorCode() {
	case 550, 551, 552, 553, 554, 556:
		enhanced := failed.EnhancedStatusCode()
		ofServer := strings.HasPrefix(enhanced, "5.7.") || strings.HasPrefix(enhanced, "5.3.") && enhanced != "5.3.4"
		return !ofServer
	}
	return false
}

// lost reports whether the connection was dead, or closed by the server (421), before any part of the mail was sent.
func lost(err error) bool {
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok || failed.ErrorCode() != 0 && failed.ErrorCode() != 421 {
		return false
	}
	switch failed.Reason {
	case gomail.ErrConnCheck, gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData:
		return true
	}
	return false
}
