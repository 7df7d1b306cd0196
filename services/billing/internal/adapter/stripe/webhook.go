package stripe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/services/billing/internal/billing"
)

// maxSkew is the largest accepted difference, in either direction, between a signature's time and ours. The library
// accepts any future time.
const maxSkew = 300 * time.Second

// Webhooks verifies that a webhook comes from Stripe. It does not use the library, which accepts times in the future
// and signatures made with an empty secret.
type Webhooks struct {
	secrets [][]byte
	live    bool
}

// NewWebhooks takes the mode of the account's key, live or test, and all valid signing secrets: two during a rotation. It
// rejects an empty secret, because anybody could sign with it.
func NewWebhooks(live bool, secrets ...string) (*Webhooks, error) {
	if len(secrets) == 0 {
		return nil, errors.New("no webhook secret is set")
	}
	w := &Webhooks{live: live}
	for _, s := range secrets {
		if strings.TrimSpace(s) == "" {
			return nil, errors.New("a webhook secret is empty: anybody could sign with it")
		}
		w.secrets = append(w.secrets, []byte(s))
	}
	return w, nil
}

// Event checks the Stripe-Signature header of a body against every secret and parses the event. Every failure is
// billing.ErrWebhookSignature, also a signed body that is not an event.
func (w *Webhooks) Event(body []byte, header string, now time.Time) (billing.Event, error) {
	if err := w.verify(body, header, now); err != nil {
		return billing.Event{}, billing.ErrWebhookSignature.Because(err)
	}
	e, err := w.parse(body)
	if err != nil {
		return billing.Event{}, billing.ErrWebhookSignature.Because(err)
	}
	return e, nil
}

func (w *Webhooks) verify(body []byte, header string, now time.Time) error {
	timestamp, signatures := parseHeader(header)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return errors.New("no timestamp in the signature")
	}
	if skew := now.Unix() - seconds; skew > int64(maxSkew.Seconds()) || -skew > int64(maxSkew.Seconds()) {
		return fmt.Errorf("the signature is %d s away from our time", skew)
	}
	for _, secret := range w.secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(timestamp + "."))
		mac.Write(body)
		want := mac.Sum(nil)
		for _, s := range signatures {
			if hmac.Equal(want, s) {
				return nil
			}
		}
	}
	return errors.New("no signature matches")
}

// parseHeader parses "t=…,v1=…,v1=…" and ignores other schemes.
func parseHeader(header string) (timestamp string, signatures [][]byte) {
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			timestamp = value
		case "v1":
			if raw, err := hex.DecodeString(value); err == nil {
				signatures = append(signatures, raw)
			}
		}
	}
	return timestamp, signatures
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

func (w *Webhooks) parse(body []byte) (billing.Event, error) {
	var raw struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Created  int64  `json:"created"`
		Account  string `json:"account"` // only of connected accounts
		Livemode bool   `json:"livemode"`
		Data     struct {
			Object eventObject `json:"object"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return billing.Event{}, fmt.Errorf("not an event: %w", err)
	}
	if !saneID.MatchString(raw.ID) || raw.Type == "" || strings.ContainsRune(raw.Type, 0) {
		return billing.Event{}, errors.New("not an event: no id or type")
	}
	return eventOf(raw.ID, raw.Type, raw.Created, raw.Account != "" || raw.Livemode != w.live, raw.Data.Object), nil
}

// eventObject is what an event tells of its object and is of use.
type eventObject struct {
	ID           string          `json:"id"`
	Object       string          `json:"object"`
	Customer     json.RawMessage `json:"customer"`
	Subscription json.RawMessage `json:"subscription"`
	Charge       json.RawMessage `json:"charge"` // of a refund or a dispute
}

func eventOf(id, kind string, created int64, foreign bool, object eventObject) billing.Event {
	e := billing.Event{
		ID: id, Type: kind, CreatedAt: at(created), Foreign: foreign, CustomerID: idOf(object.Customer), SubscriptionID: idOf(object.Subscription),
	}
	if saneID.MatchString(object.ID) {
		e.ObjectID = object.ID
	}
	switch object.Object {
	case "customer":
		e.CustomerID = e.ObjectID
	case "refund", "dispute": // other objects name a charge, too
		e.ChargeID = idOf(object.Charge)
	}
	return e
}

// idOf reads a reference, which is an id or an expanded object.
func idOf(raw json.RawMessage) string {
	var id string
	if json.Unmarshal(raw, &id) != nil {
		var object struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(raw, &object) != nil {
			return ""
		}
		id = object.ID
	}
	if !saneID.MatchString(id) {
		return ""
	}
	return id
}
