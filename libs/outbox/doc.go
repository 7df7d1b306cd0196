// Package outbox publishes exactly those events to Kafka that the service's database has committed.
//
// # How
//
// [Append] inserts events into the table outbox in the caller's transaction, so that a change and its events commit
// together or not at all. A [Relay] publishes the rows in id order and deletes those that the broker acknowledged. Only
// one replica's relay is active: the one that holds an advisory lock. It reads and deletes on the connection that holds
// the lock, so it loses the lock and the ability to delete at the same time. Another relay takes over within a second
// of the leader's death, within eleven seconds if the leader's process stands still (deploy/adr/0021), and at once after
// an orderly stop.
//
// A commit wakes the relay of its own process through a channel. A relay that is woken and does not lead tells the leader
// with NOTIFY, on its own connection and after the commit: in the transaction itself it would serialise the commits of
// all databases. One notification announces all commits that came before it. The leader also looks once a second,
// because a replica may die before it notifies, and a command has no relay (deploy/adr/0045-idle.md).
//
// # Promises
//
// Every committed event reaches the broker at least once. Events with the same key reach it in id order. An event may
// be published twice, even after newer ones, if a relay dies between the broker's acknowledgement and the delete, or
// loses its connection during a request. Consumers therefore compare versions, and applying an event must be
// idempotent.
//
// # Obligations of the caller
//
// Lock or insert the aggregate's row before Append, so that the ids of an aggregate's events follow its versions. Give
// every change a new version. Stop the relay last, after everything that can still commit.
//
// # What cannot be published
//
// A record that the broker will never accept (too large, an invalid topic) moves to outbox_dead, and an error is
// logged. On an event topic, later events with the same key follow it there, because they may not overtake it. On a
// state topic they are published, because each is the whole state and replaces all earlier ones. Operators list, show,
// requeue and drop such rows with "muster ops SERVICE outbox" (libs/ops), which calls [Dead], [FindDead], [Requeue] and
// [Drop]. Any other failure, such as an unreachable broker or a topic that does not exist yet, blocks the outbox and is
// retried without limit. Services keep working, and metrics and log show the age of the oldest event.
//
// # Deleted users
//
// After the last state of a deleted user (contracts.EndsState) the relay sends a tombstone, so that compaction forgets the
// user. A state counts as published when both are acknowledged. The settings of state topics bound how long a superseded
// record stays. A broker applies them only to segments that are closed, and closes a segment only when it appends. The
// relay therefore writes a marker, once a day, to each partition of its state topics that has had no record for that
// long. deploy/adr/0041-deleted-people-leave-the-log.md has the reasons.
//
// # Topics
//
// The relay creates the topics of its service that do not exist. It uses those that exist if their partitions, replicas,
// minimum of in-sync replicas, cleanup policy and retention are as they must be ([TopicSettings]). If a state topic is
// compacted too late, or keeps tombstones too short, it changes these settings. It needs the right to create only for
// topics that are missing, and the right to alter only for such settings. Without the right to read their settings it uses topics unchecked, and logs a
// warning. If a topic cannot be used, or the broker denies writing, the relay publishes nothing, logs an error, and
// [Relay.Ready] says why. It goes on by itself once that is repaired.
//
// # Metrics
//
// Every replica measures the outbox. Alert on muster.outbox.oldest_age (seconds), muster.outbox.rows and muster.outbox.dead.rows. muster.outbox.publish.delay (commit to
// acknowledgement), muster.outbox.published, muster.outbox.errors, muster.outbox.dead and muster.outbox.leader help to
// diagnose.
package outbox
