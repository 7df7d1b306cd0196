// Package outbox publishes a service's events to Kafka, exactly those that its database committed.
//
// # How
//
// [Append] inserts events into the table outbox inside the caller's transaction, so that a change and its events
// commit together or not at all. A [Relay] publishes the rows in the order of their ids and deletes what the broker
// acknowledged. Of all replicas of a service one relay works: the one that holds an advisory lock. It reads and deletes
// on the very connection that holds the lock, so leadership and the ability to delete end together. Another relay takes
// over within a second of the leader's death, and at once when the leader stops in good order.
//
// A commit wakes the relay of its own process through a channel; the rows of other replicas are found by polling, every
// 50 to 250 ms. There is no NOTIFY, because it would serialise the commits of the whole database.
//
// # Promises
//
// Every committed event reaches the broker at least once. Events of one key reach it in the order of their ids. An event
// may come twice, also after newer ones: when a relay dies between the broker's acknowledgement and the delete, or is cut
// off while a request is under way. Consumers therefore compare versions, and applying an event twice must do no harm.
//
// # Obligations of the caller
//
// Lock the aggregate's row, or insert it, before Append; then the ids of one aggregate's events have the order of its
// versions. Give every change a new version. Stop the relay last, after whatever still commits.
//
// # What cannot be published
//
// A record that the broker will never take (too large, an impossible topic) moves to outbox_dead, with an error in the
// log. On an event topic the later events of the same key follow it there, because they may not overtake it; on a state
// topic they are published, because each is the whole state and stands for all before it. Operators list, show, requeue
// and drop such rows with "muster ops SERVICE outbox" (libs/ops), which calls [Dead], [FindDead], [Requeue] and [Drop].
// Every other failure,
// such as a broker that is away or a topic that does not exist yet, holds up the outbox and is tried again for ever:
// services keep working, and the metrics and the log say how old the oldest event is.
//
// # Metrics
//
// muster.outbox.oldest_age (seconds) and muster.outbox.rows are what to alarm on; muster.outbox.publish.delay (commit to
// acknowledgement), muster.outbox.published, muster.outbox.errors, muster.outbox.dead and muster.outbox.leader explain.
package outbox
