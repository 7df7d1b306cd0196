package mailcatcher

import (
	"strings"
	"unicode"
)

// term is one condition of a search.
type term struct {
	field   string // "" means anywhere
	value   string // in lower case
	negated bool
}

// query is a search: all terms must match. The empty query matches everything.
type query []term

// fields are the names that may precede a colon.
var fields = map[string]bool{
	"to": true, "from": true, "cc": true, "bcc": true, "addressed": true, "subject": true, "message-id": true, "is": true,
}

// parseQuery parses a search.
func parseQuery(text string) query {
	var terms query
	for _, word := range words(text) {
		t := term{value: strings.ToLower(word)}
		if rest, found := strings.CutPrefix(t.value, "-"); found {
			t.value, t.negated = rest, true
		} else if rest, found := strings.CutPrefix(t.value, "!"); found {
			t.value, t.negated = rest, true
		}
		if field, value, found := strings.Cut(t.value, ":"); found && fields[field] {
			t.field, t.value = field, value
		}
		if t.value != "" {
			terms = append(terms, t)
		}
	}
	return terms
}

// words splits a text at spaces outside quotes, and removes the quotes.
func words(text string) []string {
	quoted := false
	list := strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && unicode.IsSpace(r)
	})
	for i, word := range list {
		list[i] = strings.ReplaceAll(word, `"`, "")
	}
	return list
}

func (q query) matches(e entry) bool {
	for _, t := range q {
		if t.holds(e) == t.negated {
			return false
		}
	}
	return true
}

func (t term) holds(e entry) bool {
	mail := e.summary
	from := []Address{}
	if mail.From != nil {
		from = append(from, *mail.From)
	}
	switch t.field {
	case "to":
		return t.among(mail.To)
	case "from":
		return t.among(from)
	case "cc":
		return t.among(mail.Cc)
	case "bcc":
		return t.among(mail.Bcc)
	case "addressed":
		return t.among(from, mail.To, mail.Cc, mail.Bcc, mail.ReplyTo)
	case "subject":
		return strings.Contains(strings.ToLower(mail.Subject), t.value)
	case "message-id":
		return strings.Contains(strings.ToLower(mail.MessageID), t.value)
	case "is":
		return mail.Read == (t.value == "read")
	default:
		return strings.Contains(e.text, t.value) || t.among(from, mail.To, mail.Cc, mail.Bcc)
	}
}

// among reports whether the name or address of any of the mailboxes contains the value.
func (t term) among(lists ...[]Address) bool {
	for _, list := range lists {
		for _, address := range list {
			if strings.Contains(strings.ToLower(address.Name+" <"+address.Address+">"), t.value) {
				return true
			}
		}
	}
	return false
}
