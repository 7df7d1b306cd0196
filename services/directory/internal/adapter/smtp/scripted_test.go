package smtp_test

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
)

// Answers of a scripted server that are none.
const (
	silence = "silence"
	goodbye = "goodbye" // without a word
)

// scripted is a server without manners: it answers each line as it is told, the greeting being the answer to an empty
// one. It returns its host:port.
func scripted(t *testing.T, answer func(line string) string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go converse(conn, answer)
		}
	}()
	return listener.Addr().String()
}

func converse(conn net.Conn, answer func(line string) string) {
	lines := bufio.NewScanner(conn)
	for line := ""; ; line = lines.Text() {
		switch text := answer(line); text {
		case silence:
		case goodbye:
			conn.Close()
			return
		default:
			if _, err := conn.Write([]byte(text + "\r\n")); err != nil {
				return
			}
		}
		if !lines.Scan() {
			return
		}
	}
}

// polite answers as a server does that takes everything.
func polite(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "":
		return "220 ready"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	case ".":
		return "250 kept"
	case "EHLO", "MAIL", "RCPT", "RSET", "NOOP":
		return "250 fine"
	}
	return silence // a line of the mail
}

// but answers one command in a way of its own, and all others politely.
func but(command, text string) func(line string) string {
	return func(line string) string {
		if verb, _, _ := strings.Cut(line, " "); verb == command {
			return text
		}
		return polite(line)
	}
}
