package mailcatcher

import (
	"bytes"
	"net/mail"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"
)

// snippetLength is how many characters of a mail's text are shown in a list.
const snippetLength = 250

// headers that the store prepends to a mail, as delivering servers do, to keep its envelope.
const (
	returnPath  = "Return-Path"
	deliveredTo = "Delivered-To"
)

// Address is a mailbox.
type Address struct {
	Name    string
	Address string
}

// Summary is a mail as shown in lists. The names are Mailpit's, also on the wire.
type Summary struct {
	ID          string
	MessageID   string
	Read        bool
	From        *Address
	To          []Address
	Cc          []Address
	Bcc         []Address
	ReplyTo     []Address
	Subject     string
	Created     time.Time
	Username    string
	Tags        []string
	Size        int
	Attachments int
	Snippet     string
}

// Message is a complete mail. The names are Mailpit's, also on the wire.
type Message struct {
	ID          string
	MessageID   string
	From        *Address
	To          []Address
	Cc          []Address
	Bcc         []Address
	ReplyTo     []Address
	ReturnPath  string
	Subject     string
	Date        time.Time
	Tags        []string
	Username    string
	Text        string
	HTML        string
	Size        int
	Inline      []Attachment
	Attachments []Attachment
}

// Attachment describes a part of a mail other than its text. Its content is in the raw mail.
type Attachment struct {
	PartID      string
	FileName    string
	ContentType string
	ContentID   string
	Size        int
}

// parse parses a mail. Unparsable mails are shown as text rather than refused, because the sender wants to see them.
func parse(id string, raw []byte) Message {
	envelope, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return Message{
			ID: id, Subject: "(unreadable mail: " + err.Error() + ")", Text: strings.ToValidUTF8(string(raw), "�"), Size: len(raw),
			To: []Address{}, Cc: []Address{}, Bcc: []Address{}, ReplyTo: []Address{}, Tags: []string{},
			Date: created(id), Inline: []Attachment{}, Attachments: []Attachment{},
		}
	}
	message := Message{
		ID:          id,
		MessageID:   strings.Trim(envelope.GetHeader("Message-Id"), "<> "),
		To:          addresses(envelope, "To"),
		Cc:          addresses(envelope, "Cc"),
		ReplyTo:     addresses(envelope, "Reply-To"),
		ReturnPath:  strings.Trim(envelope.GetHeader(returnPath), "<> "),
		Subject:     envelope.GetHeader("Subject"),
		Date:        created(id),
		Tags:        []string{},
		Text:        envelope.Text,
		HTML:        envelope.HTML,
		Size:        len(raw),
		Inline:      attachments(envelope.Inlines),
		Attachments: attachments(envelope.Attachments),
	}
	if from := addresses(envelope, "From"); len(from) > 0 {
		message.From = &from[0]
	}
	if date, err := envelope.Date(); err == nil {
		message.Date = date
	}
	message.Bcc = hidden(envelope, message)
	return message
}

func addresses(envelope *enmime.Envelope, header string) []Address {
	list, err := envelope.AddressList(header)
	if err != nil {
		return []Address{}
	}
	found := make([]Address, len(list))
	for i, address := range list {
		found[i] = Address{Name: address.Name, Address: address.Address}
	}
	return found
}

// hidden returns the envelope's recipients that are not in the headers: the blind copies.
func hidden(envelope *enmime.Envelope, message Message) []Address {
	named := map[string]bool{}
	for _, address := range append(append([]Address{}, message.To...), message.Cc...) {
		named[strings.ToLower(address.Address)] = true
	}
	blind := []Address{}
	for _, recipient := range envelope.GetHeaderValues(deliveredTo) {
		address := strings.Trim(recipient, "<> ")
		if parsed, err := mail.ParseAddress(recipient); err == nil {
			address = parsed.Address
		}
		if !named[strings.ToLower(address)] {
			named[strings.ToLower(address)] = true
			blind = append(blind, Address{Address: address})
		}
	}
	return blind
}

func attachments(parts []*enmime.Part) []Attachment {
	list := make([]Attachment, len(parts))
	for i, part := range parts {
		list[i] = Attachment{PartID: part.PartID, FileName: part.FileName, ContentType: part.ContentType, ContentID: part.ContentID, Size: len(part.Content)}
	}
	return list
}

// summary returns the mail as shown in lists.
func (m Message) summary() Summary {
	return Summary{
		ID: m.ID, MessageID: m.MessageID, From: m.From, To: m.To, Cc: m.Cc, Bcc: m.Bcc, ReplyTo: m.ReplyTo, Subject: m.Subject,
		Created: created(m.ID), Tags: m.Tags, Size: m.Size, Attachments: len(m.Attachments) + len(m.Inline), Snippet: snippet(m.Text),
	}
}

// snippet returns the beginning of a text in one line.
func snippet(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > snippetLength {
		return string(runes[:snippetLength]) + "..."
	}
	return string(runes)
}
