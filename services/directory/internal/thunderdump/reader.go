package thunderdump

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is the kind of a dump.
type Format string

// The formats.
const (
	DynamoDB Format = "thunder-dynamodb"
	MongoDB  Format = "thunder-mongodb"
)

// Options say how to convert a dump.
type Options struct {
	Format Format
	// PlainPasswords means that a password in no known format of hashes is the password itself.
	PlainPasswords bool
	// Activate asks for an account for every user at once, instead of at the first sign-in.
	Activate bool
	// Failed is called for each item that cannot be converted; it may be nil.
	Failed func(Failure)
}

// Failure is the report of an item that cannot be converted. It holds no personal data.
type Failure struct {
	// Item is the item's position in the dump, from 1. It is also its line in the roster.
	Item int64
	// LegacyUserID is 0 when the item has no id.
	LegacyUserID int64
	// Code and Message give the reason, like those of an import's report.
	Code, Message string
}

// Reader reads a dump as a roster: a line for each item, which is blank when the item cannot be converted. The same
// dump and the same options always give the same lines, so an interrupted upload can be resumed.
type Reader struct {
	options Options
	items   source
	item    int64
	seen    map[int64]struct{}
	line    bytes.Buffer // the unread part of a line
}

// source reads the items of a dump. next returns io.EOF after the last one.
type source interface {
	next() (json.RawMessage, error)
}

// NewReader returns a Reader, or an error for an unknown format and for a dump that cannot be read. Reading ends with an error when the dump is not JSON of
// its format, is truncated, or has an item of more than 4 MiB.
func NewReader(dump io.Reader, o Options) (*Reader, error) {
	r := &Reader{options: o, seen: map[int64]struct{}{}}
	switch o.Format {
	case DynamoDB:
		r.items = &dynamoItems{values: newValues(dump)}
	case MongoDB:
		items, err := newMongoItems(dump)
		if err != nil {
			return nil, err
		}
		r.items = items
	default:
		return nil, fmt.Errorf("unknown format %q: use %s or %s", o.Format, DynamoDB, MongoDB)
	}
	return r, nil
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	for r.line.Len() == 0 {
		raw, err := r.items.next()
		if errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("item %d of the dump: %w", r.item+1, err)
		}
		r.item++
		r.convert(raw)
	}
	return r.line.Read(p)
}

// convert appends the line of an item.
func (r *Reader) convert(raw json.RawMessage) {
	row, err := r.row(raw)
	var text []byte
	if err == nil {
		text, err = json.Marshal(row)
	}
	if err != nil && r.options.Failed != nil {
		f := Failure{Item: r.item, LegacyUserID: row.LegacyUserID, Code: codeBadItem, Message: err.Error()}
		if p, ok := errors.AsType[*problem](err); ok {
			f.Code = p.code
		}
		r.options.Failed(f)
	}
	if err == nil {
		r.line.Write(text)
	}
	r.line.WriteByte('\n')
}

// row converts an item. After an error, the row has the legacy id if the item has one.
func (r *Reader) row(raw json.RawMessage) (row, error) {
	var i item
	var err error
	if r.options.Format == DynamoDB {
		i, err = dynamoItem(raw)
	} else {
		i, err = mongoItem(raw)
	}
	if err != nil {
		return row{}, err
	}
	converted, err := i.row(r.options)
	if err != nil {
		return converted, err
	}
	if _, taken := r.seen[converted.LegacyUserID]; taken {
		return converted, &problem{codeIDTaken, "Another user of the dump has the same id."}
	}
	r.seen[converted.LegacyUserID] = struct{}{}
	return converted, nil
}
