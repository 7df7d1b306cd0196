// Package foreignhash parses password hashes of other systems, so imported users keep their passwords. At the first
// sign-in an Argon2id hash replaces the imported one. It also makes hashes in the formats that Thunder's clients know,
// for accounts that such clients manage.
//
// # Formats
//
//	$argon2id$v=19$m=65536,t=3,p=4$salt$key   Argon2id and Argon2i, PHC string
//	$2b$12$…                                   bcrypt, also $2a$ and $2y$
//	$scrypt$ln=15,r=8,p=1$salt$key             scrypt, PHC string
//	$7$C6..../....salt$key                     scrypt, as crypt(3) writes it
//	$pbkdf2-sha256$29000$salt$key              PBKDF2, as passlib writes it; $pbkdf2$ is SHA-1, $pbkdf2-sha512$ SHA-512
//	$pbkdf2-sha256$i=29000$salt$key            the same as a PHC string
//	pbkdf2_sha256$1000000$salt$key             PBKDF2, as Django writes it; also pbkdf2_sha1$
//	$5$rounds=5000$salt$key, $6$…              SHA-256-crypt and SHA-512-crypt
//	{SSHA256}base64(digest, salt)              salted SHA-256, as LDAP servers write it
//	{THUNDER-SHA256}salt, digest               salted SHA-256 of Thunder: 16 characters of salt, 64 of hexadecimal digest of
//	                                           salt and password. Thunder writes no prefix: put this one before it
//	{THUNDER-SIMPLE}base64(password)           no hash at all: the password itself, as Thunder stores it if told to.
//	                                           Thunder writes neither the prefix nor base64
//
// # Hostile hashes
//
// A hash is untrusted input that sets the cost of every sign-in attempt. [Hash.Affordable] rejects a hash that costs
// more than the operator allows. The limit is a bcrypt cost for every format: at cost 15 an attempt takes about two
// seconds, and each lower cost halves that. It also rejects a hash that needs more than 256 MiB of memory. A key
// shorter than 16 bytes is malformed, because guesses would match it by chance. SHA-crypt's work also grows with the
// password, so a password longer than 512 bytes matches no SHA-crypt hash.
//
// # Long passwords
//
// bcrypt uses only the first 72 bytes of a password, here as in the source systems. A password with the same first 72
// bytes is therefore accepted until the hash is replaced. The new hash covers the whole password.
package foreignhash
