package postgres

// Raise are the statements that raise the versions of all published states by @by; see service.Blueprint.
var Raise = []string{
	`UPDATE billing_users SET version = version + @by, access_version = version + @by,
			state = state || jsonb_build_object('version', version + @by, 'accessVersion', version + @by) WHERE version > 0`,
	`UPDATE promotions SET version = version + @by`,
}
