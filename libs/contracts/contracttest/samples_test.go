package contracttest_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"muster/libs/asyncapi/asyncapitest"
	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/contracttest"
	"muster/libs/contracts/directoryv1"
)

func TestSamplesFitTheirSchemasAndLoseNothing(t *testing.T) {
	for _, p := range contracttest.Samples() {
		t.Run(p.EventType(), func(t *testing.T) {
			event, err := contracts.New("0190a1b2-0000-7000-8000-00000000000a", "test", contracttest.User().CreatedAt, p)
			if err != nil {
				t.Fatal(err)
			}
			if err := asyncapitest.Inspect(p, event); err != nil {
				t.Errorf("the sample does not fit its schema: %v", err)
			}
			back := reflect.New(reflect.TypeOf(p))
			if err := json.Unmarshal(event.Data, back.Interface()); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back.Elem().Interface(), any(p)) {
				t.Errorf("read back as %+v", back.Elem())
			}
			if key := recordKey(p); event.Key != key || event.Subject != key || event.Version != p.EventVersion() || event.Topic == "" {
				t.Errorf("envelope %+v", event)
			}
		})
	}
}

// recordKey is the key of a sample: the user's id, or the kind and the id of what belongs to no user.
func recordKey(p contracts.Payload) string {
	switch p.(type) {
	case billingv1.PromotionEvent:
		return "promotion/42"
	case billingv1.ReconciliationEvent:
		return "reconciliation/42"
	case directoryv1.ImportEvent:
		return "import/roster-2023"
	default:
		return "42"
	}
}

// TestSamplesSetEveryMember keeps the samples full: a member they leave out is a member no test would miss.
func TestSamplesSetEveryMember(t *testing.T) {
	// A record of a living user is not deleted, nor rejected.
	zero := map[string]bool{"Deleted": true, "RejectedBecause": true}
	for _, p := range contracttest.Samples() {
		full(t, reflect.ValueOf(p), zero)
	}
}

func full(t *testing.T, v reflect.Value, zero map[string]bool) {
	t.Helper()
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if f.IsZero() && !zero[name] {
			t.Errorf("%s.%s is not set", v.Type(), name)
		}
		for f.Kind() == reflect.Pointer && !f.IsNil() {
			f = f.Elem()
		}
		if f.Kind() == reflect.Struct && f.Type().PkgPath() != "time" {
			full(t, f, zero)
		}
	}
}
