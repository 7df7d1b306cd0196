package thunderdump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxItem is the maximum size of an item in bytes. DynamoDB's items have at most 400 KB. MongoDB's may be larger, but a line
// of a roster has at most 64 KiB.
const maxItem = 4 << 20

var (
	errTooLong = fmt.Errorf("longer than %d MiB", maxItem>>20)
	errNoDump  = errors.New("this is no dump of the given format")
)

// values reads JSON values one after the other, each of at most maxItem.
type values struct {
	*json.Decoder
	in *budget
}

func newValues(r io.Reader) values {
	in := &budget{in: r}
	return values{json.NewDecoder(in), in}
}

// budget refuses to read more than left bytes.
type budget struct {
	in   io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// renew permits to read the next item.
func (v values) renew() { v.in.left = maxItem }

// value returns the next value. Inside of an object or an array, the end of the dump is an error.
func (v values) value() (json.RawMessage, error) {
	var raw json.RawMessage
	if err := v.Decode(&raw); err != nil {
		return nil, unexpected(err)
	}
	return raw, nil
}

// inner returns the next token inside of an object or an array.
func (v values) inner() (json.Token, error) {
	token, err := v.Token()
	return token, unexpected(err)
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
