package stripefake

import "crypto/rand"

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	capitals     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)

// newID returns an identifier in Stripe's format: the prefix and length random letters and digits.
func newID(prefix string, length int) string {
	return prefix + randomText(alphanumeric, length)
}

func randomText(alphabet string, length int) string {
	random := make([]byte, length)
	// crypto/rand.Read never fails.
	_, _ = rand.Read(random)
	for i, b := range random {
		random[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(random)
}
