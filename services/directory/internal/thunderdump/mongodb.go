package thunderdump

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// mongoItems reads any number of documents, or one array of documents.
type mongoItems struct {
	values
	inArray, ended bool
}

func newMongoItems(dump io.Reader) (*mongoItems, error) {
	in := bufio.NewReader(dump)
	first, err := firstByte(in)
	m := &mongoItems{values: newValues(in), inArray: first == '['}
	if err == nil && m.inArray {
		m.renew()
		_, err = m.Token()
	}
	return m, err
}

// firstByte returns the first byte that is no white space, without consuming it; 0 when there is none.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, nil
		case err != nil:
			return 0, err
		case b == ' ', b == '\t', b == '\r', b == '\n':
			continue
		}
		return b, in.UnreadByte()
	}
}

func (m *mongoItems) next() (json.RawMessage, error) {
	m.renew()
	if m.inArray && m.More() {
		return m.value()
	}
	if m.inArray {
		m.inArray, m.ended = false, true
		if _, err := m.inner(); err != nil {
			return nil, err
		}
	}
	var raw json.RawMessage
	err := m.Decode(&raw) // between documents, the end of the dump is no error
	if err == nil && m.ended {
		err = errNoDump
	}
	return raw, err
}

// milliseconds is a 64-bit integer in extended JSON: a number in the relaxed form, {"$numberLong":"…"} in the canonical.
type milliseconds int64

func (m *milliseconds) UnmarshalJSON(text []byte) error {
	var canonical struct {
		Long string `json:"$numberLong"`
	}
	if json.Unmarshal(text, &canonical) == nil {
		text = []byte(canonical.Long)
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	*m = milliseconds(n)
	return err
}

// mongoItem reads the members that Thunder writes.
func mongoItem(raw json.RawMessage) (item, error) {
	var members struct {
		Address  string        `json:"_id"`
		ID       string        `json:"id"`
		Created  *milliseconds `json:"creation_time"`
		Document string        `json:"document"`
	}
	if json.Unmarshal(raw, &members) != nil {
		return item{}, errNoItem
	}
	return item{members.Address, members.ID, (*int64)(members.Created), members.Document}, nil
}
