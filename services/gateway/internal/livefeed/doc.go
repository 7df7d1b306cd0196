// Package livefeed tells clients which users have changed, as the read model applies the changes.
//
// A change gets its position after it has been committed, in the database, so every replica knows the same changes by
// the same positions. One [Feed] per replica reads the log and keeps its newest part in memory. Each [Reader], which
// serves one client, is only a position in it: a slow client costs no memory. A reader that is further behind reads from
// the log, and one that the log has forgotten is told to begin anew.
package livefeed
