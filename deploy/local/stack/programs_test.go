package stack

import "testing"

func TestTheSourceOfASettingIsNamed(t *testing.T) {
	text := "billing: settings:\nBILLING_RETURN_URL_ORIGINS holds x\nBILLING_INTERNAL_ADDR must be\nBILLING_PAST_DUE_GRACE must be"
	want := "\nBILLING_INTERNAL_ADDR comes from MUSTER_BILLING_INTERNAL_ADDR: set that\nBILLING_RETURN_URL_ORIGINS comes from MUSTER_CORS_ORIGINS: set that"
	if got := sourcesOf("billing", text); got != want {
		t.Errorf("got %s", got)
	}
}
