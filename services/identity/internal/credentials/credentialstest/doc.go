// Package credentialstest holds shared test code for credentials: a fake password hasher and, for each port, the
// contract suite that every implementation must pass.
package credentialstest
