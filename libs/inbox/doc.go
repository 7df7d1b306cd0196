// Package inbox applies the events that a service consumes to its database. It stores the offset in the same
// transaction as each batch, so that no record is lost and no two replicas apply the same one.
//
// # How
//
// A [Consumer] joins a Kafka consumer group, which assigns the partitions to the replicas of a service. It reads each
// partition on its own and passes the available records, up to 500, to the [Handler] in offset order. The
// handler runs in one transaction with the advance of the partition's offset in the table kafka_offsets. The advance is
// a compare-and-set. If two replicas read a partition at the same time, as may happen briefly during a rebalance, only
// one commits, and the other restarts from the new offset. Correctness does not depend on the group.
//
// # Promises
//
// Every record is applied or parked. Records with the same key are applied in order. A batch is applied entirely or not
// at all. The producer may deliver a record again, even after newer ones of its key (see libs/outbox).
//
// # Obligations of the handler
//
// The handler writes through the transaction of its context, which pg.Tx and pg.From use. It has no other effect,
// because it may run more than once for the same records. It applies a state record only if its version is newer than
// the stored one. Applying an event record is idempotent. It ignores types that it does not know. It returns an error
// only if it cannot apply a record.
//
// # What cannot be applied
//
// Transient errors (the database is away, a deadlock, errs.KindUnavailable) are retried in place, with backoff and
// without limit. pg.Classify recognises them, and errs defines which kinds are transient. Any other error, and a panic,
// is blamed on the record: the batch is applied again without it, and the record is parked. Parking writes it to the
// table parked in the transaction that advances the offset, and logs an error. On an event topic, later records of its
// key are parked behind it, because they may not overtake it. On a state topic they are applied. A state deletes the
// parked ones of its key and type that have an older version, but only if the handler changed rows when it applied it:
// an unknown type, or a state that is not news, supersedes nothing.
//
// # Deleted users
//
// On a state topic a record without a value is the tombstone of a deleted user. It comes after the user's last state, and
// compaction may leave nothing else. The handler gets it like any other record, with the version of the last state:
// contracts.Decode makes it that state, so it is applied as nothing if the last state has been applied. It frees parked
// records by the same rule as any state. A record that has no version either is a marker, which says nothing.
//
// Tombstones leave the log, after contracts.Retention at the earliest. A consumer that was away for longer may miss one
// and keep the user, so it stops with an alarm (see below). It goes on if the log shows that nothing is missing.
//
// Parked records are retried automatically after a minute, and then with a growing pause of up to an hour. Operators
// list, show, replay and drop them with "muster ops SERVICE parked" (libs/ops), which calls [Consumer.Parked],
// [Consumer.FindParked], [Consumer.Replay] and [Consumer.Drop].
//
// # Lost logs
//
// A stored offset does not match its log if it lies beyond the end of the partition, lies before its beginning, or
// belongs to another cluster. Records are then lost, or the topic was recreated. This holds for state topics too:
// compaction on Apache Kafka does not move the beginning of a log.
//
// A log that lost its end, or was recreated, may grow past the offset before the consumer looks. Beside the offset, the
// consumer therefore stores a digest of the last record that it read, and its leader epoch. It compares them with the log
// when it begins to read a partition, when the partition gets another leader, and after a pause of 10 s.
//
// The consumer stops consuming such a partition, is not ready, and logs an error every few seconds. The alarm is stored
// beside the offset and stays until an operator acts, even if the log comes to match again. To recover, replay or drop
// the topic's parked records, and rewind the topic to the beginning of its log ("muster ops SERVICE topics rewind
// TOPIC", [Consumer.Rewind]). For a state topic, also have its owner republish all state ("muster ops OWNER state
// republish"). If the log is known to be right, resume the partition instead ("muster ops SERVICE topics resume TOPIC",
// [Consumer.Resume]).
//
// A partition that makes no progress although there are records is read anew. A part of a log that cannot be decoded
// stops its partition until it can be: the consumer is not ready, and retries. Batches without records, which compaction
// leaves, only advance the offset. deploy/adr/0020 tells how logs are read.
//
// # Metrics
//
// Alert on muster.inbox.lag (records, by partition), muster.inbox.parked, muster.inbox.stopped and muster.inbox.watch.failures.
// muster.inbox.applied, muster.inbox.delay (from the event's time to its application) and muster.inbox.batch.duration
// help to diagnose.
package inbox
