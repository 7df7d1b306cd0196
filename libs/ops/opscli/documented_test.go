package opscli_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"muster/libs/ops/opscli"
)

// TestDocumentedCommandsAreCommands runs each command that operators are told, against nothing. It must fail because nobody
// answers, and not because it is written wrong.
func TestDocumentedCommandsAreCommands(t *testing.T) {
	command, shown := regexp.MustCompile("muster ops ([^`\n#]+)"), 0
	away, cancel := context.WithCancel(t.Context())
	cancel()
	for _, file := range []string{"RUNBOOK.md", "OPERATIONS.md"} {
		text, err := os.ReadFile("../../../deploy/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range command.FindAllStringSubmatch(string(text), -1) {
			line := strings.TrimSpace(found[1])
			words := strings.Fields(strings.NewReplacer("SERVICE", "identity", "ID", "1042", "'", "").Replace(line))
			if line == "SERVICE" || words[0] == "--help" {
				continue
			}
			shown++
			var said bytes.Buffer
			code := opscli.Run(away, words, opscli.Environment{
				Getenv: func(string) string { return "" }, Stdout: &said, Stderr: &said,
				Secret: func() (string, error) { return strings.Repeat("s", 32), nil },
				Addr:   func(string) string { return "127.0.0.1:1" },
				Kafka:  func() string { return "127.0.0.1:1" },
			})
			if code != 1 {
				t.Errorf("%s: muster ops %s: code %d: %s", file, line, code, said.String())
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d commands found: are they written in another way now?", shown)
	}
}
