package stripe_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

var signedAt = time.Unix(1_770_000_000, 0)

const eventBody = `{"id":"evt_1","type":"customer.subscription.updated","created":1770000000,"data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1"}}}`

func sign(body, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return hex.EncodeToString(mac.Sum(nil))
}

func header(at time.Time, signatures ...string) string {
	h := fmt.Sprintf("t=%d", at.Unix())
	for _, s := range signatures {
		h += ",v1=" + s
	}
	return h
}

func TestWebhookSignatures(t *testing.T) {
	w, err := stripe.NewWebhooks(false, "whsec_new", "whsec_old")
	if err != nil {
		t.Fatal(err)
	}
	good := sign(eventBody, "whsec_new", signedAt)
	for name, c := range map[string]struct {
		body, header string
		now          time.Time
		ok           bool
	}{
		"good":                      {eventBody, header(signedAt, good), signedAt, true},
		"by the older secret":       {eventBody, header(signedAt, sign(eventBody, "whsec_old", signedAt)), signedAt, true},
		"one of several":            {eventBody, header(signedAt, sign(eventBody, "whsec_x", signedAt), good), signedAt, true},
		"300 s ago":                 {eventBody, header(signedAt, good), signedAt.Add(300 * time.Second), true},
		"300 s ahead":               {eventBody, header(signedAt, good), signedAt.Add(-300 * time.Second), true},
		"301 s ago":                 {eventBody, header(signedAt, good), signedAt.Add(301 * time.Second), false},
		"301 s ahead":               {eventBody, header(signedAt, good), signedAt.Add(-301 * time.Second), false},
		"far in the future":         {eventBody, header(signedAt, good), signedAt.AddDate(-60, 0, 0), false},
		"wrong secret":              {eventBody, header(signedAt, sign(eventBody, "whsec_x", signedAt)), signedAt, false},
		"empty secret":              {eventBody, header(signedAt, sign(eventBody, "", signedAt)), signedAt, false},
		"tampered body":             {eventBody + " ", header(signedAt, good), signedAt, false},
		"tampered time":             {eventBody, header(signedAt.Add(time.Second), good), signedAt, false},
		"another scheme":            {eventBody, fmt.Sprintf("t=%d,v0=%s", signedAt.Unix(), good), signedAt, false},
		"no header":                 {eventBody, "", signedAt, false},
		"no signature":              {eventBody, header(signedAt), signedAt, false},
		"no time":                   {eventBody, "v1=" + good, signedAt, false},
		"no hex":                    {eventBody, header(signedAt, "zz"), signedAt, false},
		"time out of range":         {eventBody, "t=99999999999999999999,v1=" + good, signedAt, false},
		"time at the end of int64":  {eventBody, "t=-9223372036854775808,v1=" + good, signedAt, false},
		"signed, but not an event":  {"{}", header(signedAt, sign("{}", "whsec_new", signedAt)), signedAt, false},
		"signed, but not even JSON": {"x", header(signedAt, sign("x", "whsec_new", signedAt)), signedAt, false},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := w.Event([]byte(c.body), c.header, c.now)
			if (err == nil) != c.ok || (err != nil && !errors.Is(err, billing.ErrWebhookSignature)) {
				t.Fatalf("error %v", err)
			}
			if c.ok && (e.ID != "evt_1" || e.ObjectID != "sub_1" || e.CustomerID != "cus_1" || e.Type != "customer.subscription.updated") {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestWebhookCustomers(t *testing.T) {
	w, err := stripe.NewWebhooks(false, "whsec")
	if err != nil {
		t.Fatal(err)
	}
	for object, want := range map[string]string{
		`{"id":"in_1","object":"invoice","customer":{"id":"cus_2","object":"customer"}}`: "cus_2",
		`{"id":"cus_3","object":"customer"}`:                                             "cus_3",
		`{"id":"prod_1","object":"product"}`:                                             "",
		`{"id":"in_1","object":"invoice","customer":"\u0000"}`:                           "",
		`{"object":"invoice","customer":null}`:                                           "",
	} {
		body := `{"id":"evt_1","type":"x","data":{"object":` + object + `}}`
		e, err := w.Event([]byte(body), header(signedAt, sign(body, "whsec", signedAt)), signedAt)
		if err != nil || e.CustomerID != want {
			t.Errorf("%s: %q, %v", object, e.CustomerID, err)
		}
	}
}

func TestWebhookCharges(t *testing.T) {
	w, err := stripe.NewWebhooks(false, "whsec")
	if err != nil {
		t.Fatal(err)
	}
	for object, want := range map[string]string{
		`{"id":"re_1","object":"refund","charge":"ch_1"}`:         "ch_1",
		`{"id":"dp_1","object":"dispute","charge":{"id":"ch_1"}}`: "ch_1",
		`{"id":"re_1","object":"refund","charge":null}`:           "",
		`{"id":"in_1","object":"invoice","charge":"ch_1"}`:        "", // an invoice is its own subject
	} {
		body := `{"id":"evt_1","type":"x","data":{"object":` + object + `}}`
		e, err := w.Event([]byte(body), header(signedAt, sign(body, "whsec", signedAt)), signedAt)
		if err != nil || e.ChargeID != want {
			t.Errorf("%s: %q, %v", object, e.ChargeID, err)
		}
	}
}

func TestEmptySecretsAreRefused(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {"whsec", ""}, {" "}} {
		if _, err := stripe.NewWebhooks(false, secrets...); err == nil {
			t.Errorf("%q is accepted", secrets)
		}
	}
}

func TestLiveKeysAndProductionSpeakToStripeOnly(t *testing.T) {
	for name, c := range map[string]struct {
		stripe.Config
		ok bool
	}{
		"test key, a fake":             {stripe.Config{Key: "sk_test_x", URL: "http://127.0.0.1:1"}, true},
		"test key, Stripe":             {stripe.Config{Key: "sk_test_x"}, true},
		"live key, Stripe":             {stripe.Config{Key: "sk_live_x"}, true},
		"live key, Stripe by name":     {stripe.Config{Key: "sk_live_x", URL: "https://api.stripe.com/", Production: true}, true},
		"live key, a fake":             {stripe.Config{Key: "sk_live_x", URL: "http://127.0.0.1:1"}, false},
		"restricted live key, a fake":  {stripe.Config{Key: "rk_live_x", URL: "http://127.0.0.1:1"}, false},
		"live key, almost Stripe":      {stripe.Config{Key: "sk_live_x", URL: "https://api.stripe.com.evil.test"}, false},
		"live key, Stripe without TLS": {stripe.Config{Key: "sk_live_x", URL: "http://api.stripe.com"}, false},
		"production, a fake":           {stripe.Config{Key: "sk_test_x", URL: "http://127.0.0.1:1", Production: true}, false},
		"production, Stripe":           {stripe.Config{Key: "sk_test_x", Production: true}, true},
		"no key":                       {stripe.Config{}, false},
		"no URL":                       {stripe.Config{Key: "sk_test_x", URL: "localhost:1"}, false},
	} {
		if _, err := stripe.New(c.Config); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
