package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"muster/services/directory/internal/thunderdump"
)

// open opens the file as a roster. A dump is converted while it is read; failed is called for each item that cannot be
// converted.
func (o options) open(failed func(thunderdump.Failure)) (io.ReadCloser, error) {
	file, err := os.Open(o.file)
	if err != nil || o.dump.Format == "" {
		return file, err
	}
	o.dump.Failed = failed
	roster, err := thunderdump.NewReader(file, o.dump)
	if err != nil {
		file.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{roster, file}, nil
}

// survey reads the roster once. It writes the items of a dump that cannot be converted to w and returns their number. It
// sets the import's id if there is none: the id is derived from the content, so a different roster is a different import.
func (o *options) survey(w io.Writer) (lost int, err error) {
	roster, err := o.open(func(f thunderdump.Failure) {
		lost++
		var id *int64
		if f.LegacyUserID != 0 {
			id = &f.LegacyUserID
		}
		writeFailure(w, f.Item, id, f.Code, f.Message)
	})
	if err != nil {
		return 0, err
	}
	defer roster.Close()
	if o.dump.Format == "" && o.id != "" {
		return 0, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, roster); err != nil {
		return lost, fmt.Errorf("read %s: %w", o.file, err)
	}
	if o.id == "" {
		o.id = hex.EncodeToString(sum.Sum(nil))[:32]
		if o.dryRun {
			o.id = "dry-" + o.id
		}
	}
	return lost, nil
}
