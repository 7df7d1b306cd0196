package postgres

// Raise are the statements that raise the versions of all published states by @by; see service.Blueprint.
var Raise = []string{
	`UPDATE users SET version = version + @by, access_version = version + @by`,
}
