// Package roster imports the users of the system that Muster replaces. An import reads a file of legacy users, stores
// them on the roster, and passes their password hashes to identity. Directory's core links a legacy user to the user
// that proves to be the same person: see [directory.Roster].
//
// An interrupted import is resumed by uploading the file again. Start reading at import_users.go.
package roster
