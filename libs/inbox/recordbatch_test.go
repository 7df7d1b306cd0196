package inbox

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// rawBatch is a batch as a broker stores it, with its records at the given deltas.
type rawBatch struct {
	base        int64
	lastDelta   int32
	epoch       int32
	attributes  int16
	first       int64 // timestamp
	deltas      []int64
	count       int // of records that the header names, if it is not the true one
	compression kafka.Compression
}

func (b rawBatch) bytes(t testing.TB) []byte {
	t.Helper()
	var records []byte
	for _, delta := range b.deltas {
		record := []byte{0}
		record = binary.AppendVarint(record, 7) // timestamp delta
		record = binary.AppendVarint(record, delta)
		record = appendVarbytes(record, fmt.Append(nil, "k", b.base+delta))
		record = append(record, 1) // a null value
		record = binary.AppendVarint(record, 1)
		record = appendVarbytes(record, []byte("h"))
		record = appendVarbytes(record, []byte("v"))
		records = appendVarbytes(records, record)
	}
	if b.compression != 0 {
		var compressed bytes.Buffer
		w := b.compression.Codec().NewWriter(&compressed)
		if _, err := w.Write(records); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		records = compressed.Bytes()
	}
	count := b.count
	if count == 0 {
		count = len(b.deltas)
	}
	var summed []byte
	summed = binary.BigEndian.AppendUint16(summed, uint16(b.attributes)|uint16(b.compression))
	summed = binary.BigEndian.AppendUint32(summed, uint32(b.lastDelta))
	summed = binary.BigEndian.AppendUint64(summed, uint64(b.first))
	summed = binary.BigEndian.AppendUint64(summed, 99_000) // newest timestamp
	summed = append(summed, make([]byte, 14)...)           // producer
	summed = binary.BigEndian.AppendUint32(summed, uint32(count))
	summed = append(summed, records...)
	raw := binary.BigEndian.AppendUint64(nil, uint64(b.base))
	raw = binary.BigEndian.AppendUint32(raw, uint32(9+len(summed)))
	raw = binary.BigEndian.AppendUint32(raw, uint32(b.epoch))
	raw = append(raw, 2)
	raw = binary.BigEndian.AppendUint32(raw, crc32.Checksum(summed, castagnoli))
	return append(raw, summed...)
}

func appendVarbytes(to, value []byte) []byte {
	return append(binary.AppendVarint(to, int64(len(value))), value...)
}

// layout names the offsets of batches, each with the offset after it.
func layout(batches []recordBatch) string {
	var parts []string
	for _, b := range batches {
		var offsets []string
		for _, m := range b.messages {
			offsets = append(offsets, fmt.Sprint(m.Offset))
		}
		parts = append(parts, strings.Join(offsets, " ")+">"+fmt.Sprint(b.next))
	}
	return strings.Join(parts, " ")
}

// TestWhatCompactionLeavesIsRead has the layouts of a compacted log, compressed and not: holes, batches that have lost
// their first or last records, and batches without any.
func TestWhatCompactionLeavesIsRead(t *testing.T) {
	for _, compression := range []kafka.Compression{0, kafka.Gzip, kafka.Snappy, kafka.Lz4, kafka.Zstd} {
		for want, batches := range map[string][]rawBatch{
			"0 1 2>3":          {{base: 0, lastDelta: 2, deltas: []int64{0, 1, 2}}},
			"2>3 7>9":          {{base: 0, lastDelta: 2, deltas: []int64{2}}, {base: 5, lastDelta: 3, deltas: []int64{2}}},
			">3":               {{base: 0, lastDelta: 2}},
			">3 >6 >7 8>9":     {{base: 0, lastDelta: 2}, {base: 3, lastDelta: 2}, {base: 6}, {base: 7, lastDelta: 1, deltas: []int64{1}}},
			"0>3 >6 >8":        {{base: 0, lastDelta: 2, deltas: []int64{0}}, {base: 3, lastDelta: 2}, {base: 6, lastDelta: 1}},
			"0>1 >2 2>3 >1000": {{base: 0, deltas: []int64{0}}, {base: 1, attributes: 1 << 5, deltas: []int64{0}}, {base: 2, deltas: []int64{0}}, {base: 3, lastDelta: 996}},
		} {
			var data []byte
			for _, b := range batches {
				if len(b.deltas) > 0 { // The cleaner does not compress an empty batch.
					b.compression = compression
				}
				data = append(data, b.bytes(t)...)
			}
			got, err := decodeBatches(lane{"topic", 3}, data)
			if err != nil || layout(got) != want {
				t.Errorf("compression %v: read %q (%v), want %q", compression, layout(got), err, want)
			}
			// The broker cuts an answer off where it is full.
			got, err = decodeBatches(lane{"topic", 3}, data[:len(data)-1])
			if err != nil || len(got) != len(batches)-1 {
				t.Errorf("compression %v: read %d batches of a cut %q (%v)", compression, len(got), want, err)
			}
		}
	}
}

func TestARecordIsReadWhole(t *testing.T) {
	batches, err := decodeBatches(lane{"topic", 3}, rawBatch{base: 40, lastDelta: 1, epoch: 6, first: 1000, deltas: []int64{0, 1}}.bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	m := batches[0].messages[1]
	if m.Topic != "topic" || m.Partition != 3 || m.Offset != 41 || string(m.Key) != "k41" || m.Value != nil || !m.Time.Equal(time.UnixMilli(1007)) ||
		len(m.Headers) != 1 || m.Headers[0].Key != "h" || string(m.Headers[0].Value) != "v" || batches[0].epoch != 6 {
		t.Errorf("read %+v in epoch %d", m, batches[0].epoch)
	}
	batches, err = decodeBatches(lane{"topic", 3}, rawBatch{attributes: appendTime, deltas: []int64{0}}.bytes(t))
	if err != nil || !batches[0].messages[0].Time.Equal(time.UnixMilli(99_000)) {
		t.Errorf("the broker's time: %+v (%v)", batches, err)
	}
	batches, err = decodeBatches(lane{"topic", 3}, rawBatch{first: 1 << 60, deltas: []int64{0}}.bytes(t))
	if err != nil || !batches[0].messages[0].Time.Equal(time.UnixMilli(0)) {
		t.Errorf("a time beyond all calendars: %+v (%v)", batches, err)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	whole := rawBatch{base: 5, lastDelta: 1, deltas: []int64{0, 1}}.bytes(t)
	changed := func(at int, value byte) []byte {
		data := bytes.Clone(whole)
		data[at] = value
		return data
	}
	for name, data := range map[string][]byte{
		"another byte":      changed(len(whole)-1, 'x'),
		"an old format":     changed(16, 1),
		"no length":         changed(11, 3),
		"a negative length": changed(8, 0xff),
		"too many records":  rawBatch{lastDelta: 1 << 30, count: 1 << 30, deltas: []int64{0}}.bytes(t),
		"more than offsets": rawBatch{lastDelta: 0, count: 5, deltas: []int64{0}}.bytes(t),
		"a wild offset":     rawBatch{lastDelta: 1, deltas: []int64{0, 7}}.bytes(t),
		"wrong compression": rawBatch{attributes: 1, deltas: []int64{0}}.bytes(t),
		"no compression":    rawBatch{attributes: 7, deltas: []int64{0}}.bytes(t),
	} {
		if batches, err := decodeBatches(lane{"topic", 0}, append(bytes.Clone(whole), data...)); err == nil || layout(batches) != "5 6>7" {
			t.Errorf("%s: read %q (%v)", name, layout(batches), err)
		}
	}
}

func FuzzDecodeBatches(f *testing.F) {
	f.Add(rawBatch{base: 5, lastDelta: 3, deltas: []int64{0, 1}}.bytes(f))
	f.Add(append(rawBatch{lastDelta: 2}.bytes(f), rawBatch{base: 3, deltas: []int64{0}, compression: kafka.Zstd}.bytes(f)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The checksum is made right, or hardly an input would get past it.
		if len(data) > 21 {
			end := len(data)
			if length := int64(binary.BigEndian.Uint32(data[8:])); length+batchPrefix < int64(end) && length >= batchHeader {
				end = int(length) + batchPrefix
			}
			binary.BigEndian.PutUint32(data[17:], crc32.Checksum(data[21:end], castagnoli))
		}
		batches, _ := decodeBatches(lane{"topic", 0}, data)
		for _, b := range batches {
			for _, m := range b.messages {
				if m.Offset < 0 || m.Offset >= b.next {
					t.Errorf("offset %d in a batch that ends at %d", m.Offset, b.next)
				}
			}
		}
		_, _ = fetchedRecords(data)
	})
}
