// Package directorytest holds shared test code for directory: fakes of its ports and, for each port, the contract suite
// that every implementation must pass, including the fake.
package directorytest
