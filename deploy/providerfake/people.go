package providerfake

import (
	"strings"

	"github.com/zitadel/oidc/v3/example/server/storage"
)

// find returns a person of [People] by id, or somebody with an address.
func find(id string) (Person, bool) {
	for _, p := range People {
		if p.ID == id {
			return p, true
		}
	}
	if strings.Contains(id, "@") {
		return Person{ID: id, Email: id, EmailVerified: !strings.HasPrefix(id, "unverified")}, true
	}
	return Person{}, false
}

// users is the storage's view of the people. Nobody has a password.
type users struct{}

// GetUserByID implements storage.UserStore.
func (users) GetUserByID(id string) *storage.User {
	p, ok := find(id)
	if !ok {
		return nil
	}
	return &storage.User{ID: p.ID, Username: p.ID, FirstName: p.FirstName, LastName: p.LastName, Email: p.Email, EmailVerified: p.EmailVerified}
}

// GetUserByUsername implements storage.UserStore.
func (u users) GetUserByUsername(id string) *storage.User { return u.GetUserByID(id) }

// ExampleClientID implements storage.UserStore.
func (users) ExampleClientID() string { return storage.ServiceUserID }
