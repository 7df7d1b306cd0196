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
	"reflect"
	"strings"
	"testing"
	"time"
)

// movedUsers is the size of the dump that is moved. movedSignIns of its users sign in, and movedReads others do so after
// Thunder's own client has read them.
const (
	movedUsers   = 10_000
	movedSignIns = 100
	movedReads   = 100
)

// Hashes of legacyPassword with little work.
const (
	movedArgon  = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$rAjuexKlLdAHLvqk7TeeiWZjW4OPoRGwldJXdHbTuKI"
	movedBcrypt = "$2a$04$2BBrcLwyZGM5vvxfkZoJOuoMh9erR7e.XbrMy6Xh4hvtCNnLij.mG"
)

// movedUser is user number n of the generated dump.
type movedUser int

func (n movedUser) email() string { return fmt.Sprintf("thunder-%d-%d@example.com", run, n) }

func (n movedUser) verified() bool { return n%8 < 4 }

// stored is the password as Thunder stored it. Each algorithm has a quarter of the users.
func (n movedUser) stored() string {
	switch n % 4 {
	case 0:
		return movedArgon
	case 1:
		return movedBcrypt
	case 2:
		salt := fmt.Sprintf("%016d", n)
		return salt + fmt.Sprintf("%x", sha256.Sum256([]byte(salt+legacyPassword)))
	}
	return legacyPassword
}

func (n movedUser) properties() object {
	return object{"plan": "gold", "seats": float64(n), "tenant": object{"tags": []any{"a", nil, true}}}
}

// item is the user in a table export of DynamoDB.
func (n movedUser) item() (object, error) {
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

// dumpOfThunder writes the dump and returns its name.
func dumpOfThunder(t *testing.T) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "dump.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	lines := json.NewEncoder(buffered)
	for n := range movedUser(movedUsers) {
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
// Thunder stored with them, for Thunder's clients as well.
func TestThunderUsersMove(t *testing.T) {
	stdout, stderr, err := importCommand(t, "-format", "thunder-dynamodb", "-plain-passwords", dumpOfThunder(t))
	want := fmt.Sprintf("%d lines, %d created, 0 updated, 0 unchanged, 0 linked, 0 activated, 0 failed", movedUsers, movedUsers)
	if err != nil || stdout != "" || !strings.Contains(stderr, want) {
		t.Fatalf("import: %v\n%s%s", err, stdout, stderr)
	}
	packages := npmPackages(t, "testdata/thunder")
	for kind, name := range []string{"argon", "bcrypt", "sha256", "simple"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range movedSignIns / 4 {
				(&client{t: t}).signInFromThunder(movedUser(kind + 404*i)) // 404: every other one is verified
			}
			(&client{t: t}).signInFromThunder(movedUser(kind)) // now with Muster's hash
			var others []movedUser
			for i := range movedReads / 4 {
				others = append(others, movedUser(kind+404*i+8))
			}
			readByThundersClient(t, packages, others)
			for _, n := range others {
				(&client{t: t}).signInFromThunder(n)
			}
		})
	}
}

// signInFromThunder signs a user in and checks what the user has. A hundred new users in a row may take effect a moment
// after the answer.
func (c *client) signInFromThunder(n movedUser) {
	c.t.Helper()
	a := c.do("POST", "/api/auth/login", object{"email": n.email(), "password": legacyPassword})
	if a.status != http.StatusOK {
		c.t.Fatalf("user %d: %s", n, a)
	}
	c.signedIn(a)
	var me answer
	eventually(c.t, time.Minute, fmt.Sprintf("user %d is known", n), func() bool {
		me = c.do("GET", "/api/users/me?fields=properties", nil)
		return me.status == http.StatusOK
	})
	if id, _ := me.body["legacyUserId"].(float64); id < 1<<52 || (me.body["verifiedAt"] != nil) != n.verified() || me.body["createdAt"] != "2021-03-31T01:06:56Z" || me.body["email"] != n.email() {
		c.t.Errorf("user %d is %s", n, me)
	}
	if got, want := fmt.Sprint(me.body["properties"]), fmt.Sprint(n.properties()); got != want {
		c.t.Errorf("user %d has %s, want %s", n, got, want)
	}
}

// readByThundersClient reads users by the npm package thunder-client, with a wrong and with the right password.
func readByThundersClient(t *testing.T, packages string, users []movedUser) {
	t.Helper()
	var logins []credentials
	for _, n := range users {
		logins = append(logins, credentials{n.email(), "wrong"}, credentials{n.email(), legacyPassword})
	}
	input, err := json.Marshal(logins)
	if err != nil {
		t.Fatal(err)
	}
	var problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "--no-deprecation", "read.js", muster.Gateway, "application", "secret")
	cmd.Dir, cmd.Stdin, cmd.Stderr = packages, bytes.NewReader(input), &problems
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, &problems)
	}
	var answers []struct {
		Status int
		Body   any
	}
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(logins) {
		t.Fatalf("%s: %v", output, err)
	}
	for i, n := range users {
		wrong, right := answers[2*i], answers[2*i+1]
		if refusal := fmt.Sprintf("Unable to validate user with provided credentials. (User: %s)", n.email()); wrong.Status != http.StatusUnauthorized || wrong.Body != refusal {
			t.Errorf("user %d with a wrong password: %v", n, wrong)
		}
		got, _ := right.Body.(object)
		want := n.properties()
		want["email"] = object{"address": n.email(), "verified": n.verified(), "verificationToken": nil}
		want["creationTime"], want["lastUpdateTime"], want["password"] = 1617152816000.0, got["lastUpdateTime"], got["password"]
		if right.Status != http.StatusOK || !reflect.DeepEqual(got, want) || !strings.HasPrefix(fmt.Sprint(got["password"]), "$argon2id$") {
			t.Errorf("user %d is %v, want %v", n, right, want)
		}
	}
}
