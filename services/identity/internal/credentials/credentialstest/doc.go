// Package credentialstest holds what tests of credentials share: a fake of the password hashes, and for each port the suite
// that every implementation must pass.
package credentialstest
