// Package inbox applies the events that a service consumes to its database, each batch together with the note of how
// far it got, so that nothing is lost and nothing is applied by two replicas.
//
// # How
//
// A [Consumer] joins a Kafka consumer group, which shares the partitions among the replicas of a service. It reads each
// partition with a reader of its own and hands the [Handler] the records in the order of their offsets, as many as are
// there, up to 500. The handler runs in one transaction with the advance of the partition's offset in the table
// kafka_offsets. That advance is a compare-and-set: should two replicas read a partition at the same time, as happens for
// a moment when partitions move, only one commits and the other starts again from where the first one got. Correctness
// needs nothing of the group.
//
// # Promises
//
// Every record is applied or parked. Records of one key are applied in their order. A batch is applied entirely or not
// at all. A record may be delivered again by its producer, also after newer ones of its key (see libs/outbox).
//
// # Obligations of the handler
//
// It writes through the transaction of its context (pg.Tx and pg.From do) and has no effect outside it, because it may
// run more than once for the same records. Of state records it applies those whose version is newer than what it holds
// and ignores others. Applying an event record twice must do no more than applying it once. It ignores types that it does
// not know. It returns an error only if it cannot apply a record.
//
// # What cannot be applied
//
// Errors that come from circumstances (the database is away, a deadlock, errs.KindUnavailable) are tried again in place,
// with pauses, for ever; pg.Classify knows them, and errs says which kinds pass. Every other error, and a panic, is the
// record's fault: the batch is applied again without it, and the record is parked: written to the table parked in the
// same transaction as the offset's advance, with an error in the log. Later records of its key on an event topic are
// parked behind it, because they may not overtake it. On a state topic they are applied, and one that succeeds removes
// the parked ones it supersedes.
//
// Parked records are tried again by themselves after a minute, then ever more rarely, down to once an hour. Operators list,
// show, replay and drop them with "muster ops SERVICE parked" (libs/ops), which calls [Consumer.Parked],
// [Consumer.FindParked], [Consumer.Replay] and [Consumer.Drop].
//
// # When the log is not what it was
//
// A stored offset that lies beyond the end of its partition, or before the beginning of an event topic's, or that belongs
// to another cluster, means that records are gone or that the topic was made anew. The consumer then leaves that
// partition alone, is not ready, and says so in the log every few seconds. The cure is to replay or drop the topic's
// parked records, rewind the topic ("muster ops SERVICE topics rewind TOPIC", [Consumer.Rewind]), which makes the consumer
// read all that there is, and have the owner of a state topic publish all state again ("muster ops OWNER state republish"). On a state topic a beginning that has moved is no cause for alarm: compaction does that, and it
// leaves the newest record of each key.
//
// A reader that makes no progress although there are records is replaced, and led around holes that it cannot cross;
// kafka-go has bugs of that kind.
//
// # Metrics
//
// muster.inbox.lag (records, by partition), muster.inbox.parked and muster.inbox.stopped are what to alarm on;
// muster.inbox.applied, muster.inbox.delay (from the event's time to its application) and muster.inbox.batch.duration explain.
package inbox
