package e2e_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/binding/format"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	"github.com/segmentio/kafka-go"
)

// kafkaAttributes are the attributes of CloudEvents' Kafka protocol binding: headers that begin with ce_.
var kafkaAttributes = spec.WithPrefix("ce_")

// cloudMessage is a record for the CloudEvents SDK, which decodes it. The SDK's own bindings each bring a Kafka client.
type cloudMessage struct{ record kafka.Message }

// ReadEncoding implements [binding.MessageReader]. A content type of CloudEvents would mean that the value holds the attributes.
func (m cloudMessage) ReadEncoding() binding.Encoding {
	if !format.IsFormat(m.header("content-type")) && kafkaAttributes.Version(m.header(kafkaAttributes.PrefixedSpecVersionName())) != nil {
		return binding.EncodingBinary
	}
	return binding.EncodingUnknown
}

// ReadStructured implements [binding.MessageReader].
func (cloudMessage) ReadStructured(context.Context, binding.StructuredWriter) error {
	return binding.ErrNotStructured
}

// ReadBinary implements [binding.MessageReader].
func (m cloudMessage) ReadBinary(_ context.Context, w binding.BinaryWriter) error {
	if m.ReadEncoding() != binding.EncodingBinary {
		return binding.ErrNotBinary
	}
	version := kafkaAttributes.Version(m.header(kafkaAttributes.PrefixedSpecVersionName()))
	for _, h := range m.record.Headers {
		var err error
		switch attribute := version.Attribute(h.Key); {
		case h.Key == "content-type":
			err = w.SetAttribute(version.AttributeFromKind(spec.DataContentType), string(h.Value))
		case attribute != nil:
			err = w.SetAttribute(attribute, string(h.Value))
		case strings.HasPrefix(h.Key, "ce_"):
			err = w.SetExtension(strings.TrimPrefix(h.Key, "ce_"), string(h.Value))
		}
		if err != nil {
			return err
		}
	}
	return w.SetData(bytes.NewReader(m.record.Value))
}

// GetAttribute implements [binding.MessageMetadataReader].
func (m cloudMessage) GetAttribute(kind spec.Kind) (spec.Attribute, any) {
	attribute := kafkaAttributes.Version(m.header(kafkaAttributes.PrefixedSpecVersionName())).AttributeFromKind(kind)
	if attribute == nil {
		return nil, nil
	}
	if kind == spec.DataContentType {
		return attribute, m.header("content-type")
	}
	return attribute, m.header(attribute.PrefixedName())
}

// GetExtension implements [binding.MessageMetadataReader].
func (m cloudMessage) GetExtension(name string) any { return m.header("ce_" + name) }

// Finish implements [binding.Message].
func (cloudMessage) Finish(error) error { return nil }

func (m cloudMessage) header(name string) string {
	for _, h := range m.record.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// TestTheCloudEventsSDKReadsEveryTopic decodes records that the services have published.
func TestTheCloudEventsSDKReadsEveryTopic(t *testing.T) {
	paying(t, admin(t), "cloudevents")
	for _, topic := range []string{"identity.account.v1", "identity.account-events.v1", "directory.user.v1", "billing.subscription.v1", "billing.events.v1", "billing.ledger.v1"} {
		eventually(t, patienceOfRecords, topic+" has records", func() bool { return readCloudEvents(t, topic) > 0 })
	}
}

// patienceOfRecords is how long records may take from the database to the topic.
const patienceOfRecords = nodePatience

// readCloudEvents checks the records of a topic and returns how many there are.
func readCloudEvents(t *testing.T, topic string) (count int) {
	t.Helper()
	for partition := range 6 {
		err := eachRecord(t.Context(), muster.Kafka, topic, partition, func(m kafka.Message) {
			header := cloudMessage{m}.header
			if strings.HasPrefix(header("ce_id"), byHand) {
				return
			}
			count++
			e, err := binding.ToEvent(t.Context(), cloudMessage{m})
			if err != nil {
				t.Fatalf("%s/%d at %d: %v", topic, partition, m.Offset, err)
			}
			switch {
			case e.Validate() != nil:
				t.Errorf("%s: %v", topic, e.Validate())
			case e.SpecVersion() != cloudevents.VersionV1, e.ID() != header("ce_id"), e.ID() == "", e.Type() != header("ce_type"), e.Type() == "",
				!strings.HasPrefix(e.Source(), "/muster/"), e.Subject() != string(m.Key), e.Time().IsZero(), e.DataContentType() != cloudevents.ApplicationJSON,
				e.Extensions()["aggregateversion"] != header("ce_aggregateversion"):
				t.Errorf("%s: %v", topic, e)
			}
			var data struct {
				Version int64 `json:"version"`
			}
			if err := e.DataAs(&data); err != nil {
				t.Errorf("%s: %v", topic, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return count
}
