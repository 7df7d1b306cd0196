package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheGeneratedCodeIsUpToDate(t *testing.T) {
	files, err := generate(t.Context(), "..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Error("nothing is generated")
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || string(got) != want {
			t.Errorf("%s is out of date (%v): run `make proto`", name, err)
		}
	}
}
