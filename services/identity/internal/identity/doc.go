// Package identity is the core of the identity service: accounts with a login email and a password, sessions, rotating
// refresh tokens, signing keys, and the throttle on guessing. Directory owns the user data; identity allocates the user
// ids and follows directory's records.
//
// Start reading at ports.go, then register.go. Every change to an account locks its row, increments its version and
// publishes the whole new state, in one transaction.
//
// # Imported users
//
// A [LegacyAccount] stores an imported user with a password hash from another system. The first sign-in turns it into
// an account. Anybody may register with its address before that, so it stays until ownership of the address is proved.
// Verifying the address removes the legacy account; signing in with the imported password takes the account over. An
// address never has both a legacy account and a proven account. Therefore every operation that proves an account first
// takes the legacy account (forgetLegacy) in the same transaction, and an import blocks such operations while it reads
// and stores.
//
// # Accounts of applications
//
// Clients of Thunder create accounts, check passwords and set passwords through the gateway's façade: CreateAccount,
// CheckAccount, SetPassword. They do that for their users, so these calls open no session, and failures are counted by
// application instead of by network. They keep and compare password hashes; credentials.Algorithm says in which format.
//
// # Settling
//
// An [Account] carries two versions besides its own. ActivityVersion is the latest version with a change that directory
// acts on. UserVersion is the latest version of directory's user that the account has followed. The gateway holds
// answers until both services have followed each other. This terminates because a version that only reports what was
// followed never raises ActivityVersion.
package identity
