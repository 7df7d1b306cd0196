package inbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/pg"
)

// LostError means that the stored offset does not belong to the partition's current log.
type LostError struct {
	Partition string
	Position  int64 // the stored offset
	Problem   string

	stored bool // the problem is known already: it was read from the table
}

// Error returns the text for logs and readiness reports.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s: position %d: %s", e.Partition, e.Position, e.Problem)
}

// position returns the stored next offset after checking it, and the record before it, against the log. A partition without a stored offset starts
// at the beginning of its log.
func (c *Consumer) position(ctx context.Context, l lane) (int64, error) {
	cluster, err := c.cluster.id(ctx)
	if err != nil {
		return 0, err
	}
	// The offset is read before the extent of the log: another replica may advance it meanwhile, past an end that was read
	// earlier.
	row, found, err := c.loadOffset(ctx, l)
	if err != nil {
		return 0, err
	}
	extents, err := c.cluster.extents(ctx, []lane{l}, nil)
	if err != nil {
		return 0, err
	}
	log := extents[l]
	if !found {
		if log.first > 0 && c.state[l.topic] {
			c.log.WarnContext(ctx, "states have been deleted from the log; have their owner republish them", "partition", l.String(), "first", log.first, "commands", c.cure(l))
		}
		return log.first, c.begins(ctx, l, log.first, cluster)
	}
	next := row.NextOffset
	lost := func(problem string, args ...any) error {
		return &LostError{Partition: l.String(), Position: next, Problem: fmt.Sprintf(problem, args...)}
	}
	switch {
	case row.Lost != "":
		return 0, &LostError{Partition: l.String(), Position: next, Problem: row.Lost, stored: true}
	case row.ClusterID != cluster && row.ClusterID != "" && cluster != "":
		return 0, lost("it belongs to cluster %s, and this is %s", row.ClusterID, cluster)
	case next > log.end:
		return 0, lost("the log ends at %d: the topic was recreated, or the broker has lost records", log.end)
	case next < log.first: // Compaction leaves the beginning of a log where it is.
		return 0, lost("the log begins at %d: records that were never read have been deleted", log.first)
	}
	problem, err := c.verify(ctx, l, row.last(), log)
	if err != nil {
		return 0, err
	}
	if problem == "" {
		problem, err = c.absent(ctx, l, row, log)
	}
	if err != nil {
		return 0, err
	}
	if problem != "" {
		return 0, lost("%s", problem)
	}
	return next, nil
}

// absent returns the problem of a consumer that was away from a state topic for longer than the log keeps the tombstones
// of deleted users, or "". It may have missed some, and would keep these users. It has missed none if the log has
// nothing new, or goes on with a record that is younger than that: all records after it are, too.
func (c *Consumer) absent(ctx context.Context, l lane, row offsetRow, log extent) (problem string, err error) {
	if !c.state[l.topic] || row.Away < contracts.Retention.Seconds() || row.NextOffset == log.end {
		return "", nil
	}
	found, err := c.recordAt(ctx, l, row.NextOffset)
	if err != nil || found != nil && time.Since(found.Time) < contracts.Retention {
		return "", err
	}
	const hours = 3600
	return fmt.Sprintf("it was last read %.0f hours ago, and the log keeps deletions for %.0f: some may be missed", row.Away/hours, contracts.Retention.Hours()), nil
}

// offsetRow is what is stored about a partition.
type offsetRow struct {
	NextOffset int64
	ClusterID  string
	LastOffset int64
	LastDigest string
	LastEpoch  int32
	Lost       string
	Away       float64 // seconds since the partition was last seen to move, or to be at its end
}

// last is the mark of the record that was read last. It says nothing if the offset was moved back behind it.
func (r offsetRow) last() mark {
	if r.LastOffset >= r.NextOffset {
		return mark{offset: -1}
	}
	return mark{offset: r.LastOffset, digest: r.LastDigest, epoch: r.LastEpoch}
}

func (c *Consumer) loadOffset(ctx context.Context, l lane) (row offsetRow, found bool, err error) {
	const query = `SELECT next_offset, cluster_id, last_offset, last_digest, last_epoch, lost,
			extract(epoch FROM clock_timestamp() - greatest(updated_at, applied_until))::float8 AS away
		FROM kafka_offsets WHERE consumer = ? AND topic = ? AND partition = ?`
	return pg.First[offsetRow](ctx, c.config.DB, "read an offset", query, c.config.Name, l.topic, l.partition)
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

// moveTo advances the offset past a portion in which there is nothing to apply.
func (c *Consumer) moveTo(ctx context.Context, l lane, from int64, read portion) error {
	return pg.Tx(ctx, c.config.DB, func(_ context.Context, tx *gorm.DB) error {
		_, err := c.advance(tx, l, from, read.next, markOf(read))
		return err
	})
}

// advance moves the offset from one value to another, or returns errFenced if the stored value differs. It locks the
// offset until the transaction ends. last is the last record before the new offset, or none when there are only older
// ones. parked reports whether the partition may have parked records.
func (c *Consumer) advance(tx *gorm.DB, l lane, from, to int64, last mark) (parked bool, err error) {
	const query = `
		UPDATE kafka_offsets SET next_offset = @next, updated_at = clock_timestamp(),
			last_offset = CASE WHEN CAST(@last AS bigint) < 0 THEN last_offset ELSE @last END,
			last_digest = CASE WHEN CAST(@last AS bigint) < 0 THEN last_digest ELSE @digest END,
			last_epoch = CASE WHEN CAST(@last AS bigint) < 0 THEN last_epoch ELSE @epoch END,
			applied_until = CASE WHEN CAST(@last AS bigint) < 0 THEN applied_until ELSE greatest(applied_until, CAST(@time AS timestamptz)) END
		WHERE consumer = @consumer AND topic = @topic AND partition = @partition AND next_offset = @from AND lost = ''
		RETURNING EXISTS (SELECT 1 FROM parked p WHERE p.consumer = @consumer AND p.topic = @topic AND p.partition = @partition)`
	returned, err := pg.Many[bool](tx.Statement.Context, tx, "advance the offset of "+l.String(), query, sql.Named("next", to), sql.Named("last", last.offset), sql.Named("digest", last.digest), sql.Named("epoch", last.epoch), sql.Named("time", last.time),
		sql.Named("consumer", c.config.Name), sql.Named("topic", l.topic), sql.Named("partition", l.partition), sql.Named("from", from))
	if err != nil {
		return false, err
	}
	if len(returned) == 0 {
		return false, errFenced
	}
	return returned[0], nil
}
