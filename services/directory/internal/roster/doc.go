// Package roster imports the users of the system whose place Muster takes. An import reads a file of legacy users, puts
// them on the roster, and hands their password hashes to identity. Directory's core links a legacy user to the user who
// turns out to be the same person: see [directory.Roster].
//
// An import can be uploaded again until it is done. Start reading at import_users.go.
package roster
