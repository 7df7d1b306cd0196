// Package credentials verifies who a user is and throttles guessing. Today the only credential is a password: hashed
// here, imported with a user from another system ([Passwords.Importable]), or set by an application ([Algorithm]).
// Other credentials belong here too: second factors, passkeys, recovery codes, sign-in providers. Accounts and sessions
// belong to package identity.
//
// Start reading at password.go.
package credentials
