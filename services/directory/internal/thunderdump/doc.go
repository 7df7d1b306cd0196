// Package thunderdump converts dumps of Thunder's stores to rosters, so that Thunder's users can be imported. It reads
// what the tools of the stores write:
//
//	thunder-dynamodb   "aws dynamodb scan", or the data files of a table export to S3 (DynamoDB JSON), uncompressed
//	thunder-mongodb    mongoexport, with or without --jsonArray, in either form of extended JSON
//
// Thunder stores the same attributes in both: the address (email, in MongoDB _id), a UUID (id), the times creation_time
// and update_time in milliseconds, and the user itself as JSON text (document).
//
// # Legacy ids
//
// A Thunder user has no number, so the legacyUserId is made of the UUID: the bits 2^52 to 2^53-1 hold the first 52 bits
// of its SHA-256. It is the same in every dump of a user, whatever the order, so a later dump updates the roster. It
// says nothing about the address, because the legacy id stays when a user is deleted. It is exact in JSON numbers of
// every client, and larger than the numbers that other systems give. With a million users, two of them get the same id
// with a probability of 1 in 10,000. The second one fails then, as does a user that the dump has twice.
//
// # Passwords
//
// A dump does not say how passwords are hashed. Argon2 and bcrypt are recognized by their prefix and stay as they are.
// A text of 80 characters that ends in 64 hexadecimal digits is Thunder's salted SHA-256 and gets the prefix
// {THUNDER-SHA256}. Anything else fails, unless the operator says that Thunder stored plain passwords (its algorithm
// simple): only then is it a password, with the prefix {THUNDER-SIMPLE} and in base64. A hash of an unknown kind must
// never become a password, because everybody who has seen the dump could sign in with it.
//
// # Memory
//
// One item is held in memory, and 8 to 20 bytes for each user, to find equal ids.
package thunderdump
