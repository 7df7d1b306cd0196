// Package foreignhash reads password hashes that other systems made, so that imported users keep their passwords until
// they first sign in, when an Argon2id hash takes the place of the old one.
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
//
// # Hostile hashes
//
// A hash is input: it says how much work each attempt to sign in costs. [Hash.Affordable] refuses what would take more than
// an operator allows, in terms of bcrypt's cost whatever the format: at cost 15 an attempt takes about two seconds, at each
// step less half of that. It also refuses what takes more than 256 MiB of memory. A key shorter than 16 bytes is malformed, because guesses would match it by
// chance. SHA-crypt's work also grows with the password, so that a password longer than 512 bytes matches no such hash.
//
// # Long passwords
//
// bcrypt sees the first 72 bytes of a password, in the systems that the hashes come from as here: whoever agrees in
// those is let in once. What then replaces the hash is made of the whole password.
package foreignhash
