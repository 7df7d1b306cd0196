package argon2

// Acquire takes the slots of a hash that takes so many bytes.
var Acquire = (*Passwords).acquire
