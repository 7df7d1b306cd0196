package inbox

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// LostError means that the stored offset does not belong to the partition's current log.
type LostError struct {
	Partition string
	Position  int64 // the stored offset
	Problem   string
}

// Error returns the text for logs and readiness reports.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s: position %d: %s", e.Partition, e.Position, e.Problem)
}

// position returns the stored next offset after checking it against the log. A partition without a stored offset starts
// at the beginning of its log.
func (c *Consumer) position(ctx context.Context, l lane) (int64, error) {
	cluster, err := c.cluster.id(ctx)
	if err != nil {
		return 0, err
	}
	extents, err := c.cluster.extents(ctx, []lane{l})
	if err != nil {
		return 0, err
	}
	log := extents[l]
	var stored []struct {
		NextOffset int64
		ClusterID  string
	}
	const query = "SELECT next_offset, cluster_id FROM kafka_offsets WHERE consumer = ? AND topic = ? AND partition = ?"
	if err := c.config.DB.WithContext(ctx).Raw(query, c.config.Name, l.topic, l.partition).Scan(&stored).Error; err != nil {
		return 0, fmt.Errorf("read the offset of %s: %w", l, err)
	}
	if len(stored) == 0 {
		return log.first, c.begins(ctx, l, log.first, cluster)
	}
	next := stored[0].NextOffset
	lost := func(problem string, args ...any) error {
		return &LostError{Partition: l.String(), Position: next, Problem: fmt.Sprintf(problem, args...)}
	}
	switch {
	case stored[0].ClusterID != cluster && stored[0].ClusterID != "" && cluster != "":
		return 0, lost("it belongs to cluster %s, and this is %s", stored[0].ClusterID, cluster)
	case next > log.end:
		return 0, lost("the log ends at %d: the topic was recreated, or the broker has lost records", log.end)
	case next < log.first && !c.state[l.topic]:
		return 0, lost("the log begins at %d: retention has deleted records that were never read", log.first)
	case next < log.first: // Compaction: the newest record of each key is still there.
		return log.first, c.moveTo(ctx, l, next, log.first)
	}
	return next, nil
}

// stored returns the stored offsets of all partitions that were ever read.
func (c *Consumer) stored(ctx context.Context) (map[lane]int64, error) {
	const query = "SELECT topic, partition, next_offset FROM kafka_offsets WHERE consumer = ?"
	var rows []struct {
		Topic      string
		Partition  int
		NextOffset int64
	}
	if err := c.config.DB.WithContext(ctx).Raw(query, c.config.Name).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the offsets: %w", err)
	}
	offsets := make(map[lane]int64, len(rows))
	for _, row := range rows {
		offsets[lane{row.Topic, row.Partition}] = row.NextOffset
	}
	return offsets, nil
}

// begins stores the first offset of a partition.
func (c *Consumer) begins(ctx context.Context, l lane, first int64, cluster string) error {
	const query = "INSERT INTO kafka_offsets (consumer, topic, partition, next_offset, cluster_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT kafka_offsets_pk DO NOTHING"
	inserted := c.config.DB.WithContext(ctx).Exec(query, c.config.Name, l.topic, l.partition, first, cluster)
	if inserted.Error != nil {
		return fmt.Errorf("store the offset of %s: %w", l, inserted.Error)
	}
	if inserted.RowsAffected == 0 {
		return errFenced
	}
	return nil
}

// moveTo advances the offset without applying records.
func (c *Consumer) moveTo(ctx context.Context, l lane, from, to int64) error {
	return pg.Tx(ctx, c.config.DB, func(_ context.Context, tx *gorm.DB) error {
		_, err := c.advance(tx, l, from, to)
		return err
	})
}

// advance moves the offset from one value to another, or returns errFenced if the stored value differs. It locks the
// offset until the transaction ends. parked reports whether the partition may have parked records.
func (c *Consumer) advance(tx *gorm.DB, l lane, from, to int64) (parked bool, err error) {
	const query = `
		UPDATE kafka_offsets SET next_offset = ?, updated_at = clock_timestamp()
		WHERE consumer = ? AND topic = ? AND partition = ? AND next_offset = ?
		RETURNING EXISTS (SELECT 1 FROM parked p WHERE p.consumer = ? AND p.topic = ? AND p.partition = ?)`
	var returned []bool
	name := c.config.Name
	if err := tx.Raw(query, to, name, l.topic, l.partition, from, name, l.topic, l.partition).Scan(&returned).Error; err != nil {
		return false, fmt.Errorf("advance the offset of %s: %w", l, err)
	}
	if len(returned) == 0 {
		return false, errFenced
	}
	return returned[0], nil
}
