// Package thunder is the core of the façade for clients of Thunder, a user management server: the order in which a
// request is checked, the rules for custom properties, and the applications that may call it. The contract is
// compat.md, section Thunder.
//
// Thunder's users are Muster's users. identity owns their passwords ([Accounts]) and directory the rest ([Users]); the
// façade stores nothing. A request is a check of the password at identity, then one call to directory, for an update of
// the password one more to identity, and then one wait until the writes have taken effect ([Effects]).
package thunder
