package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/segmentio/kafka-go"
)

// byHand begins the ids of the events that tests make themselves, some of them wrong.
const byHand = "00000000-0000-4000-8000-"

// idByHand returns a new id of such an event.
func idByHand() string { return fmt.Sprintf("%s%012d", byHand, time.Now().UnixNano()%1e12) }

// events is what a reader of the AsyncAPI document learns.
type events struct {
	Channels map[string]struct {
		Messages map[string]any `json:"messages"`
		Bindings struct {
			Kafka struct {
				Partitions    int `json:"partitions"`
				Configuration struct {
					Policy []string `json:"cleanup.policy"`
				} `json:"topicConfiguration"`
			} `json:"kafka"`
		} `json:"bindings"`
	} `json:"channels"`
	Components struct {
		Messages map[string]struct {
			Payload struct {
				Ref string `json:"$ref"`
			} `json:"payload"`
		} `json:"messages"`
	} `json:"components"`
	compiler *jsonschema.Compiler
}

const eventsURL = "asyncapi.json"

// readEvents reads the document as it is served.
func readEvents(gateway string) (*events, error) {
	response, err := http.Get(gateway + "/" + eventsURL)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	e := &events{compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, e); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	e.compiler.AssertFormat()
	return e, e.compiler.AddResource(eventsURL, whole)
}

// check returns what is wrong with a record of a topic.
func (e *events) check(topic string, m kafka.Message) error {
	headers := map[string]any{}
	for _, h := range m.Headers {
		headers[h.Key] = string(h.Value)
	}
	eventType, _ := headers["ce_type"].(string)
	if _, known := e.Channels[topic].Messages[eventType]; !known {
		return fmt.Errorf("topic %s has no event type %q", topic, eventType)
	}
	if headers["ce_subject"] != string(m.Key) {
		return fmt.Errorf("the subject of key %q is %v", m.Key, headers["ce_subject"])
	}
	err := errors.Join(
		e.fits("#/components/messageTraits/cloudEvent/headers", headers),
		e.fits("#/components/messages/"+eventType+"/headers", headers),
	)
	if m.Value == nil && slices.Contains(e.Channels[topic].Bindings.Kafka.Configuration.Policy, "compact") {
		return err // a tombstone
	}
	value, unread := jsonschema.UnmarshalJSON(bytes.NewReader(m.Value))
	if unread != nil {
		return errors.Join(err, unread)
	}
	return errors.Join(err, e.fits(e.Components.Messages[eventType].Payload.Ref, value))
}

func (e *events) fits(ref string, value any) error {
	schema, err := e.compiler.Compile(eventsURL + ref)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// checkRecords holds every record that the services have published to the AsyncAPI document.
func checkRecords(s stack) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	e, err := readEvents(s.Gateway)
	if err != nil {
		return fmt.Errorf("read the AsyncAPI document: %w", err)
	}
	var problems []error
	checked := 0
	for topic, channel := range e.Channels {
		for partition := range channel.Bindings.Kafka.Partitions {
			err := eachRecord(ctx, s.Kafka, topic, partition, func(m kafka.Message) {
				for _, h := range m.Headers {
					if h.Key == "ce_id" && strings.HasPrefix(string(h.Value), byHand) {
						return
					}
				}
				checked++
				if err := e.check(topic, m); err != nil {
					problems = append(problems, fmt.Errorf("%s/%d at %d: %w", topic, partition, m.Offset, err))
				}
			})
			problems = append(problems, err)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("records do not fit the AsyncAPI document: %w", err)
	}
	fmt.Printf("%d records fit the AsyncAPI document\n", checked)
	return nil
}

// eachRecord reads a partition to its present end.
func eachRecord(ctx context.Context, brokers, topic string, partition int, see func(kafka.Message)) error {
	addresses := strings.Split(brokers, ",")
	conn, err := kafka.DialLeader(ctx, "tcp", addresses[0], topic, partition)
	if err != nil {
		return err
	}
	defer conn.Close()
	first, end, err := conn.ReadOffsets()
	if err != nil || first == end {
		return err
	}
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: addresses, Topic: topic, Partition: partition, MaxBytes: 10 << 20, MaxWait: 100 * time.Millisecond, ReadLagInterval: -1})
	defer reader.Close()
	if err := reader.SetOffset(first); err != nil {
		return err
	}
	for {
		m, err := reader.FetchMessage(ctx)
		if err != nil {
			return err
		}
		see(m)
		if m.Offset >= end-1 {
			return nil
		}
	}
}
