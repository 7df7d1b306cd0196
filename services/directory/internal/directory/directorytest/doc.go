// Package directorytest holds what tests of directory share: fakes of its ports, and for each port the suite that every
// implementation, the fake included, must pass.
package directorytest
