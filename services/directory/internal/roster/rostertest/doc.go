// Package rostertest holds what tests of the roster share: a fake of identity, and for each port the suite that every
// implementation must pass. The fake of the store is a part of directorytest's, because both work in one transaction.
package rostertest
