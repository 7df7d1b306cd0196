// Package credentials is how somebody proves who they are, and how guessing is slowed down. Today that is a password: one
// of ours, or one that came with a user from another system ([Passwords.Importable]). Whatever proves somebody joins here:
// second factors, passkeys, recovery codes, sign-in providers. Whose account it is, and what a sign-in opens, is package
// identity's.
//
// Start reading at password.go.
package credentials
