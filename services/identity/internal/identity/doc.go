// Package identity is how somebody gets into Muster: accounts with a login email and a password, sessions, refresh
// tokens that rotate, signing keys, and the throttle on guessing. Who the people are is directory's to say; identity
// allocates their ids and follows what directory says of them.
//
// Start reading at ports.go, then register.go. Every change of an account locks its row, gives it the next version and
// publishes the whole new state, in one transaction.
//
// # Imported users
//
// A [LegacyAccount] is kept for whoever brings a password hash from another system: the first sign-in makes the account
// of it. Anybody may register with its address meanwhile, so it stays until somebody shows that the address is theirs: by
// verifying it, and then the legacy account goes, or by the imported password, which takes the account over. No address
// ever has both a legacy account and a proven account. Therefore whatever proves an account takes the legacy account first
// (forgetLegacy), in the same transaction, and an import keeps it waiting while it looks and stores.
//
// # Settling
//
// An [Account] carries two versions besides its own. ActivityVersion is the newest version at which something changed
// that directory acts on; UserVersion is the newest version of directory's user that the account has followed. The
// gateway holds answers until both sides have followed each other. That ends because a version that only reports what
// was followed never raises ActivityVersion.
package identity
