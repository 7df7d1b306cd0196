package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const samples = "../../internal/thunderdump/testdata/"

// TestADumpIsUploadedAsARoster: also when the first upload is refused, and under one id in every attempt.
func TestADumpIsUploadedAsARoster(t *testing.T) {
	g := newGateway(t, `503 {"message":"Away.","code":"UNAVAILABLE"}`, `200 {"importId":"one","lines":6,"created":4}`)
	code, stdout, stderr := importingFile(t, g, "right", "-format", "thunder-dynamodb", "-plain-passwords", samples+"dynamodb-scan.json")
	roster, err := os.ReadFile(samples + "roster.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	if code != 1 || len(g.uploads) != 2 || g.uploads[0] != g.uploads[1] {
		t.Fatalf("%d after %q: %s", code, g.uploads, stderr)
	}
	if query, body, _ := strings.Cut(g.uploads[0], " "); !strings.HasPrefix(query, "dryRun=false&importId=") || body != string(roster)+"\n\n" {
		t.Errorf("uploaded %q", g.uploads[0])
	}
	if !strings.Contains(stderr, "2 items of the dump cannot be converted") || strings.Count(stdout, "\n") != 2 || !strings.HasPrefix(stdout, "5\t") || !strings.Contains(stdout, "\tID_TAKEN\t") {
		t.Errorf("%q %q", stdout, stderr)
	}
}

// TestOtherOptionsMakeAnotherImport, because they make other rows.
func TestOtherOptionsMakeAnotherImport(t *testing.T) {
	g := newGateway(t, allCreated, allCreated, allCreated)
	file := samples + "mongodb.json"
	importingFile(t, g, "right", "-format", "thunder-mongodb", file)
	importingFile(t, g, "right", "-format", "thunder-mongodb", "-activate", file)
	importingFile(t, g, "right", "-format", "thunder-mongodb", "-id", "mine", file)
	ids := map[string]bool{}
	for _, u := range g.uploads {
		query, _, _ := strings.Cut(u, " ")
		ids[query] = true
	}
	if len(ids) != 3 || !ids["dryRun=false&importId=mine"] {
		t.Errorf("imported as %v", ids)
	}
}

// TestNothingIsUploaded when the file cannot be read to its end as what it is said to be.
func TestNothingIsUploaded(t *testing.T) {
	cut := filepath.Join(t.TempDir(), "cut.json")
	if err := os.WriteFile(cut, []byte(`{"Items":[{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"no file":           {cut + "x"},
		"no dump":           {"-format", "thunder-dynamodb", cut + "x"},
		"a dump that's cut": {"-format", "thunder-dynamodb", cut},
		"an unknown format": {"-format", "csv", cut},
		"another store's":   {"-format", "thunder-dynamodb", samples + "mongodb.json"},
	} {
		g := newGateway(t)
		if code, _, stderr := importingFile(t, g, "right", args...); code != 2 || len(g.uploads) != 0 || stderr == "" {
			t.Errorf("%s: %d after %d uploads: %s", name, code, len(g.uploads), stderr)
		}
	}
}
