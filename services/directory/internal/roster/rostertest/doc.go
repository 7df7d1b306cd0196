// Package rostertest holds shared test code for the roster: a fake of identity and, for each port, the contract suite
// that every implementation must pass. The fake store is part of directorytest, because both stores share transactions.
package rostertest
