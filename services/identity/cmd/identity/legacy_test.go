package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
	"muster/libs/web"
)

// foreignHash is one of the test's password, made by PBKDF2 in another language.
const foreignHash = "$pbkdf2-sha256$i=1000$lwpdPPCuRkEy2ddC3DQq9g$3021MRB4CHZIf2g0rYrpcCGaXi2pQ6JxppD0chOSVMY"

func legacyRow(id int64, email string, activate bool) string {
	return fmt.Sprintf(`{"legacyUserId":%d,"email":%q,"username":"grace","firstName":"Grace","lastName":null,`+
		`"createdAt":"2019-05-04T03:02:01Z","emailVerified":true,"passwordHash":%q,"activate":%v}`, id, email, foreignHash, activate)
}

// imports sends rows as directory does and returns "outcome userId" of each.
func (r *replica) imports(rows ...string) []string {
	r.t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "directory")
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := tokens.Issue("identity", time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	body := `{"dryRun":false,"users":[` + strings.Join(rows, ",") + `]}`
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPut, r.InternalURL+"/internal/legacy-users", bytes.NewBufferString(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Results []struct {
			Outcome string
			UserID  int64
			Code    string
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("import: %d, %v", response.StatusCode, err)
	}
	var outcomes []string
	for _, result := range answer.Results {
		outcomes = append(outcomes, strings.TrimSpace(fmt.Sprint(result.Outcome, " ", result.UserID, " ", result.Code)))
	}
	return outcomes
}

func TestALegacyUserSignsInForTheFirstTimeOnTwoReplicas(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	replicas := []*replica{s.boot(), s.boot()}
	want(t, "import", replicas[0].imports(legacyRow(7, "Grace@example.com", false)), []string{"stored 0"})
	status, out := replicas[1].post("/api/auth/login", signInBody{"grace@example.com", "wrong password"}, signedIn{})
	want(t, "wrong password", []any{status, out.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})

	signIns := make([]signedIn, 4)
	var wg sync.WaitGroup
	for i := range signIns {
		wg.Go(func() {
			if status, in := replicas[i%2].login("grace@example.com"); status == http.StatusOK {
				signIns[i] = in
			}
		})
	}
	wg.Wait()
	wrote := map[string]bool{}
	for _, in := range signIns {
		want(t, "user", in.userID, int64(1))
		want(t, "access token", replicas[0].get("/api/auth/csrf-token", in), http.StatusOK)
		wrote[in.wrote] = true
	}
	want(t, "versions written", wrote, map[string]bool{"account/1@1": true, "account/1@2": true, "account/1@3": true, "account/1@4": true})

	states := s.states(1, func(a identityv1.Account) bool { return a.Version == 4 })
	grace := "Grace"
	want(t, "registration", *states[0].Registration, identityv1.Registration{Username: "grace", FirstName: &grace, TypeCode: "NONS", EmailVerified: true})
	want(t, "created", states[0].CreatedAt, time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC))
	want(t, "what happened", s.kinds(1, 4), []identityv1.Kind{identityv1.Registered, identityv1.SignedIn, identityv1.SignedIn, identityv1.SignedIn})

	s.says(living(1, 1, "Grace@example.com"))
	s.settled(1, 1)
	want(t, "import again", replicas[0].imports(legacyRow(7, "grace@example.com", true)), []string{"exists 1"})
}

func TestAnActivatedUserIsThereAtOnce(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	rows := []string{
		legacyRow(7, "grace@example.com", true), legacyRow(8, "not an address", true),
		strings.Replace(legacyRow(9, "c@example.com", true), "i=1000", "i=90000000", 1),
	}
	want(t, "import", r.imports(rows...), []string{"activated 1", "failed 0 VALIDATION_FAILED", "failed 0 HASH_TOO_EXPENSIVE"})
	want(t, "again", r.imports(rows[0]), []string{"exists 1"})
	first := s.states(1, func(identityv1.Account) bool { return true })[0]
	want(t, "imported", []any{first.Registration.Imported, first.LastLoginAt == nil, first.Version}, []any{true, true, int64(1)})
	for i := range 2 { // with the foreign hash, and with ours
		status, in := r.login("grace@example.com")
		want(t, "login", []any{status, in.wrote}, []any{http.StatusOK, fmt.Sprintf("account/1@%d", i+2)})
	}
	for _, topic := range []string{contracts.TopicAccount, contracts.TopicAccountEvents} {
		for _, m := range kafkatest.Await(t, s.prefix+topic, 3) {
			if strings.Contains(string(m.Value), "$") {
				t.Errorf("%s carries a hash: %s", topic, m.Value)
			}
		}
	}
}

func TestWhoCallsIdentity(t *testing.T) {
	t.Parallel()
	r := newSystem(t).boot()
	r.CalledBy(servicetest.Secret, "identity", http.MethodPut, "/internal/legacy-users", "directory")
}
