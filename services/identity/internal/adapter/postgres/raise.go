package postgres

// Raise are the statements that raise the versions of all published states by @by; see service.Blueprint.
var Raise = []string{
	`UPDATE accounts SET version = version + @by, activity_version = version + @by`,
}
