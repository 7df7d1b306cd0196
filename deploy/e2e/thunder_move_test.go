package e2e_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// thunderUsers is the size of the dump that is moved, and thunderSignIns how many of its users sign in.
const (
	thunderUsers   = 10_000
	thunderSignIns = 100
)

// Hashes of legacyPassword with little work.
const (
	thunderArgon  = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$rAjuexKlLdAHLvqk7TeeiWZjW4OPoRGwldJXdHbTuKI"
	thunderBcrypt = "$2a$04$2BBrcLwyZGM5vvxfkZoJOuoMh9erR7e.XbrMy6Xh4hvtCNnLij.mG"
)

// thunderUser is user number n of the generated dump.
type thunderUser int

func (n thunderUser) email() string { return fmt.Sprintf("thunder-%d-%d@example.com", run, n) }

func (n thunderUser) verified() bool { return n%8 < 4 }

// stored is the password as Thunder stored it. Each algorithm has a quarter of the users.
func (n thunderUser) stored() string {
	switch n % 4 {
	case 0:
		return thunderArgon
	case 1:
		return thunderBcrypt
	case 2:
		salt := fmt.Sprintf("%016d", n)
		return salt + fmt.Sprintf("%x", sha256.Sum256([]byte(salt+legacyPassword)))
	}
	return legacyPassword
}

func (n thunderUser) properties() object {
	return object{"plan": "gold", "seats": float64(n), "tenant": object{"tags": []any{"a", nil, true}}}
}

// item is the user in a table export of DynamoDB.
func (n thunderUser) item() (object, error) {
	user := n.properties()
	user["email"] = object{"address": n.email(), "verified": n.verified(), "verificationToken": nil}
	user["password"] = n.stored()
	document, err := json.Marshal(user)
	attribute := func(kind string, value any) object { return object{kind: fmt.Sprint(value)} }
	return object{"Item": object{
		"email": attribute("S", n.email()), "id": attribute("S", fmt.Sprintf("%08x-0000-4000-8000-%012x", int(n), run&(1<<48-1))),
		"version": attribute("S", "0a4b81f3-0756-468e-8d98-7199eaab2ab8"), "creation_time": attribute("N", 1617152816999),
		"update_time": attribute("N", 1617152850000), "document": attribute("S", string(document)),
	}}, err
}

// thunderDump writes the dump and returns its name.
func thunderDump(t *testing.T) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "dump.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	lines := json.NewEncoder(buffered)
	for n := range thunderUser(thunderUsers) {
		item, err := n.item()
		if err := errors.Join(err, lines.Encode(item)); err != nil {
			t.Fatal(err)
		}
	}
	if err := buffered.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// importCommand builds the import command and runs it as the administrator.
func importCommand(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "import")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./services/directory/cmd/import")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build import: %v\n%s", err, out)
	}
	var out, progress bytes.Buffer
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdout, cmd.Stderr = &out, &progress
	cmd.Env = append(os.Environ(), "MUSTER_URL="+muster.Gateway, "MUSTER_ADMIN_EMAIL="+muster.Admin.Email, "MUSTER_ADMIN_PASSWORD="+muster.Admin.Password)
	err = cmd.Run()
	return out.String(), progress.String(), err
}

// TestThunderUsersMove converts and imports a dump of Thunder. Its users sign in with their passwords and have what
// Thunder stored with them.
func TestThunderUsersMove(t *testing.T) {
	stdout, stderr, err := importCommand(t, "-format", "thunder-dynamodb", "-plain-passwords", thunderDump(t))
	if want := fmt.Sprintf("%d lines, %d created, 0 updated, 0 unchanged, 0 linked, 0 activated, 0 failed", thunderUsers, thunderUsers); err != nil || stdout != "" || !bytes.Contains([]byte(stderr), []byte(want)) {
		t.Fatalf("import: %v\n%s%s", err, stdout, stderr)
	}
	const step = thunderUsers/thunderSignIns + 1 // odd, so that all algorithms occur
	users := make(chan thunderUser)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range users {
				thunderSignIn(t, n)
			}
		})
	}
	for n := thunderUser(0); n < thunderUsers; n += step {
		users <- n
	}
	close(users)
	wg.Wait()
}

// thunderSignIn signs a user in, first with Thunder's hash and then with Muster's.
func thunderSignIn(t *testing.T, n thunderUser) {
	for range 2 {
		c := &client{t: t}
		a, err := c.try("POST", "/api/auth/login", object{"email": n.email(), "password": legacyPassword})
		if err != nil || a.status != http.StatusOK {
			t.Errorf("user %d: %v %s", n, err, a)
			return
		}
		user, _ := a.body["user"].(object)
		if id, _ := user["legacyUserId"].(float64); id < 1<<52 || (user["verifiedAt"] != nil) != n.verified() || user["createdAt"] != "2021-03-31T01:06:56Z" || user["email"] != n.email() {
			t.Errorf("user %d signed in as %v", n, user)
		}
		c.token, _ = a.body["accessToken"].(string)
		me, err := c.try("GET", "/api/users/me?fields=properties", nil)
		if want, got := fmt.Sprint(n.properties()), fmt.Sprint(me.body["properties"]); err != nil || got != want {
			t.Errorf("user %d has %s, want %s (%v)", n, got, want, err)
		}
	}
}
