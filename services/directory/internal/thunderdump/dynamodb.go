package thunderdump

import (
	"encoding/json"
	"errors"
	"strconv"
)

// dynamoItems reads any number of objects, each with one item ("Item", as exports to S3 have them) or a list of items
// ("Items", as scans have them). Other members are ignored.
type dynamoItems struct {
	values
	inObject, inList bool
	// found is true once the object had an item or a list.
	found bool
}

func (d *dynamoItems) next() (json.RawMessage, error) {
	d.renew()
	for {
		raw, err := d.step()
		if raw != nil || err != nil {
			return raw, err
		}
	}
}

// step reads a part of the dump. It returns nil when that part is no item.
func (d *dynamoItems) step() (json.RawMessage, error) {
	switch {
	case d.inList && d.More():
		return d.value()
	case d.inList:
		d.inList = false
		_, err := d.inner()
		return nil, err
	case d.inObject && d.More():
		return d.member()
	case d.inObject:
		d.inObject = false
		if _, err := d.inner(); err != nil {
			return nil, err
		}
		if !d.found {
			return nil, errNoDump
		}
		return nil, nil
	}
	start, err := d.Token()
	if err == nil && start != json.Delim('{') {
		err = errNoDump
	}
	d.inObject, d.found = true, false
	return nil, err
}

func (d *dynamoItems) member() (json.RawMessage, error) {
	name, err := d.inner()
	if err != nil {
		return nil, err
	}
	switch name {
	case "Item":
		d.found = true
		return d.value()
	case "Items":
		d.found, d.inList = true, true
		start, err := d.inner()
		if err == nil && start != json.Delim('[') {
			err = errNoDump
		}
		return nil, err
	}
	_, err = d.value()
	return nil, err
}

// dynamoItem reads the attributes that Thunder writes.
func dynamoItem(raw json.RawMessage) (item, error) {
	var attributes struct {
		Email        struct{ S string }
		ID           struct{ S string }
		CreationTime struct{ N *string } `json:"creation_time"`
		Document     struct{ S string }
	}
	if json.Unmarshal(raw, &attributes) != nil {
		return item{}, errNoItem
	}
	i := item{address: attributes.Email.S, uuid: attributes.ID.S, document: attributes.Document.S}
	if text := attributes.CreationTime.N; text != nil {
		created, err := strconv.ParseInt(*text, 10, 64)
		if err != nil {
			return i, errors.New("creation_time: must be a whole number of milliseconds")
		}
		i.created = &created
	}
	return i, nil
}
