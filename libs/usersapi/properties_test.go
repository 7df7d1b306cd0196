package usersapi_test

import (
	"strings"
	"testing"

	"muster/libs/usersapi"
)

func TestPropertiesHaveOneForm(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                             ``,
		" {\n\t} ":                       ``,
		`{ "b" : [ 1 , { } ], "a":null}`: `{"a":null,"b":[1,{}]}`,
		`{"aa":1,"b":2,"":3,"B":4}`:      `{"":3,"B":4,"aa":1,"b":2}`,
		`{"\u0061":"\u00e9\ud83d\ude00\/\"\\<&>\u0009"}`: `{"a":"é😀/\"\\<&>\t"}`,
		`{"a":"\ud800"}`:                   "{\"a\":\"\ufffd\"}",
		`{"a":"\\u0000"}`:                  `{"a":"\\u0000"}`,
		`{"a":{"x":true},"b":{"x":false}}`: `{"a":{"x":true},"b":{"x":false}}`,
	} {
		got, err := usersapi.ParseProperties(text)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}

// The numbers are what PostgreSQL makes of them in jsonb.
func TestNumbersAreKeptDigitByDigit(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "-0.00": "0.00", "7": "7", "-7.50": "-7.50", "1.5": "1.5", "9007199254740993": "9007199254740993",
		"1e3": "1000", "1E+3": "1000", "1.5e3": "1500", "1.500e1": "15.00", "1e-2": "0.01", "-12.5e-3": "-0.0125", "100e-1": "10.0",
		"0.001e3": "1", "0.0010e3": "1.0", "0e5": "0", "0e-2": "0.00", "-1e-7": "-0.0000001", "10e-0": "10",
		"1e39": "1" + strings.Repeat("0", 39), "1e-38": "0." + strings.Repeat("0", 37) + "1",
	} {
		got, err := usersapi.ParseProperties(`{"n":` + text + `}`)
		if err != nil || got != `{"n":`+want+`}` {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"1e40", "1e-39", "-1e39", "1e100000", "1e-100000", "1e99999999999999999999", "0.1e-40", strings.Repeat("9", 41), "0." + strings.Repeat("1", 39),
	} {
		if got, err := usersapi.ParseProperties(`{"n":` + text + `}`); err == nil || !strings.Contains(err.Error(), "40 characters") {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

func TestPropertiesThatAreRefused(t *testing.T) {
	nested := func(levels int) string {
		return strings.Repeat(`{"a":`, levels-1) + `{}` + strings.Repeat(`}`, levels-1)
	}
	long := func(bytes int) string { return `{"a":"` + strings.Repeat("x", bytes-len(`{"a":""}`)) + `"}` }
	for _, text := range []string{nested(16), long(16384), `{"a": ` + strings.Repeat(" ", 20000) + `1}`, `{"a":"` + strings.Repeat(`\u00e9`, 8000) + `"}`} {
		if _, err := usersapi.ParseProperties(text); err != nil {
			t.Errorf("%.50s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		``: "a JSON object", `null`: "a JSON object", `[]`: "a JSON object", `"{}"`: "a JSON object", `5`: "a JSON object",
		`{"a":1`: "a JSON object", `{} {}`: "a JSON object", `{"a":01}`: "a JSON object", `{a:1}`: "a JSON object", `{"a":NaN}`: "a JSON object",
		"{\"a\":\"\xff\"}":      "UTF-8",
		`{"a":"x\u0000"}`:       "U+0000",
		`{"x\u0000":1}`:         "U+0000",
		`{"a":1,"\u0061":2}`:    "twice",
		`{"a":[{"b":1,"b":1}]}`: "twice",
		nested(17):              "16 levels",
		`{"a":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`:     "16 levels",
		`{"a":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`: "16 levels",
		long(16385): "16384 bytes as compact JSON, not 16385",
		`{"a":[` + strings.Repeat("1e39,", 500) + `1]}`: "16384 bytes",
	} {
		if got, err := usersapi.ParseProperties(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.50s: %.50s, %v; want %s", text, got, err, want)
		}
	}
}
