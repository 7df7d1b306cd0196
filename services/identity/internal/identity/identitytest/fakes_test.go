package identitytest_test

import (
	"testing"

	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func TestFakesKeepThePromises(t *testing.T) {
	t.Run("store", func(t *testing.T) {
		identitytest.TestStore(t, func(*testing.T) identitytest.StoreUnderTest {
			s := identitytest.NewStore()
			return identitytest.StoreUnderTest{Store: s, Published: func(*testing.T) []identitytest.Publication {
				var seen []identitytest.Publication
				for _, p := range s.Published() {
					seen = append(seen, identitytest.PublicationOf(p))
				}
				return seen
			}}
		})
	})
	t.Run("key store", func(t *testing.T) {
		identitytest.TestKeyStore(t, func(*testing.T) identity.KeyStore { return identitytest.NewStore() })
	})
	t.Run("factors", func(t *testing.T) {
		identitytest.TestFactors(t, func(*testing.T) identitytest.FactorsUnderTest { return identitytest.NewStore() })
	})
	t.Run("passkey store", func(t *testing.T) {
		identitytest.TestPasskeyStore(t, func(*testing.T) identitytest.PasskeyStoreUnderTest { return identitytest.NewStore() })
	})
	t.Run("passkeys", func(t *testing.T) {
		identitytest.TestPasskeys(t, &identitytest.Passkeys{}, func() identitytest.Device { return &identitytest.FakeDevice{} })
	})
	t.Run("passwords", func(t *testing.T) {
		p := &credentialstest.Passwords{}
		credentialstest.TestPasswords(t, p, credentialstest.ForeignHashes{
			Good: p.Foreign("correct horse"), Unsupported: "plain", Malformed: "$$", TooExpensive: "$$$",
		})
	})
	t.Run("directory", func(t *testing.T) {
		identitytest.TestDirectory(t, func(*testing.T) identitytest.DirectoryUnderTest {
			d := &identitytest.Directory{}
			return identitytest.DirectoryUnderTest{Directory: d, Behind: d}
		})
	})
	t.Run("tokens", func(t *testing.T) { identitytest.TestTokens(t, &identitytest.Tokens{}) })
}
