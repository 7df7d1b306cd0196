package credentials

// Common is the set of the most used passwords.
var Common = common
