package httpapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"muster/services/gateway/internal/gateway"
)

// writeJSONLine writes a user as the API's JSON object, on one line.
func writeJSONLine(w *bufio.Writer, u gateway.FullUser) error {
	line, err := json.Marshal(u)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// writeCSVHeader writes the names of the members of a full user.
func writeCSVHeader(w *bufio.Writer) error {
	return eachMember(gateway.FullUser{}, func(i int, name string, _ any) error { return writeCell(w, i, name) }, w)
}

// writeCSVRow writes a user as RFC 4180 has it. A cell is what the JSON object has: text without its quotation marks,
// null as an empty cell.
func writeCSVRow(w *bufio.Writer, u gateway.FullUser) error {
	return eachMember(u, func(i int, _ string, value any) error {
		switch value := value.(type) {
		case nil:
			return writeCell(w, i, "")
		case string:
			return writeCell(w, i, harmless(value))
		default:
			return writeCell(w, i, fmt.Sprint(value))
		}
	}, w)
}

// eachMember passes the members of the user's JSON object to fn, in their order, and then ends the line.
func eachMember(u gateway.FullUser, fn func(i int, name string, value any) error, w *bufio.Writer) error {
	text, err := json.Marshal(u)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // 64-bit ids keep all digits
	if _, err := d.Token(); err != nil {
		return err
	}
	for i := 0; d.More(); i++ {
		name, err := d.Token()
		if err != nil {
			return err
		}
		value, err := d.Token()
		if err != nil {
			return err
		}
		if err := fn(i, fmt.Sprint(name), value); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\r\n")
	return err
}

// harmless keeps a spreadsheet from taking text for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

var doubledQuotes = strings.NewReplacer(`"`, `""`)

// writeCell writes one cell, quoted if it must be. encoding/csv changes the line breaks inside of cells.
func writeCell(w *bufio.Writer, i int, text string) error {
	if i > 0 {
		_ = w.WriteByte(',') // the writer keeps its first error
	}
	if !strings.ContainsAny(text, "\",\r\n") && !strings.HasPrefix(text, " ") {
		_, err := w.WriteString(text)
		return err
	}
	_, err := w.WriteString(`"` + doubledQuotes.Replace(text) + `"`)
	return err
}
