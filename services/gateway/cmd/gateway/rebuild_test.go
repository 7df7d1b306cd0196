package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/pg"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/testkit/kafkatest"
	"muster/libs/testkit/pgtest"
	"muster/libs/web"
	"muster/services/gateway/internal/adapter/postgres"
)

// TestMain runs the gateway itself in a child process of a test.
func TestMain(m *testing.M) {
	if os.Getenv("MUSTER_TEST_CHILD") != "" {
		os.Args = append(os.Args[:1], strings.Fields(os.Getenv("MUSTER_TEST_ARGUMENTS"))...)
		main()
		return
	}
	os.Exit(m.Run())
}

// rebuilt is a system whose read model is rebuilt.
type rebuilt struct {
	*system
	db       *gorm.DB
	settings *settings
	replica  *servicetest.Replica
}

// newRebuilt prepares a database and topics, and starts nothing.
func newRebuilt(t *testing.T) *rebuilt {
	t.Helper()
	w, s := newStubs(t)
	r := &rebuilt{system: &system{world: w, prefix: kafkatest.Prefix(t)}, settings: s}
	kafkatest.CreateTopics(t, r.prefix, contracts.Topics()...)
	r.db, s.PostgresURL = pgtest.New(t)
	s.KafkaBrokers, s.KafkaTopicPrefix = []string{kafkatest.Broker(t)}, r.prefix
	s.ConsistencyWait = time.Minute
	return r
}

// start starts a replica with a model, and sends requests to it from now on.
func (r *rebuilt) start(model pg.Migrations) *servicetest.Replica {
	r.t.Helper()
	s := *r.settings
	s.model = model
	r.replica = servicetest.Start(r.t, blueprint, &s, quiet(r.t))
	r.t.Cleanup(r.client.CloseIdleConnections)
	r.url = r.replica.URL
	r.replica.AwaitReady()
	return r.replica
}

// fill publishes n users beside the administrator 1: all have an account, every third pays.
func (r *rebuilt) fill(n int) {
	r.t.Helper()
	users, accounts, paid := []contracts.Payload{user(1, 1, "ADMI")}, []contracts.Payload{account(1, 1)}, []contracts.Payload{}
	for id := int64(2); id < int64(n+2); id++ {
		users, accounts = append(users, user(id, 1, "NONS")), append(accounts, account(id, 1))
		if id%3 == 0 {
			subscription := subscription(id, 1, 1000+id, "active")
			subscription.Promotion = promotion()
			paid = append(paid, subscription)
		}
	}
	r.publish("directory", users...)
	r.publish("identity", accounts...)
	r.publish("billing", paid...)
}

// operator calls an operator's route.
func (r *rebuilt) operator(method, path string) servicetest.Answer {
	r.t.Helper()
	request := r.replica.Request(r.t, method, "/internal/ops/"+path, nil)
	tokens, err := web.NewServiceTokens(servicetest.Secret, "ops")
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := tokens.Issue("gateway", time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return servicetest.Do(r.t, request)
}

// table identifies the live model's table.
func (r *rebuilt) table() (oid int64) {
	r.t.Helper()
	r.query(&oid, "SELECT 'public.user_overview'::regclass::oid::bigint")
	return oid
}

func (r *rebuilt) query(into any, sql string) {
	r.t.Helper()
	if err := r.db.Raw(sql).Scan(into).Error; err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
}

// awaitSwap waits until another table than before is live and nothing of the build is left.
func (r *rebuilt) awaitSwap(before int64) {
	r.t.Helper()
	eventually.Holds(r.t, 5*time.Minute, "the new model is live", func() bool {
		var left int
		r.query(&left, "SELECT (SELECT count(*) FROM read_model_build) + (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'read\\_model\\_%') + (SELECT count(*) FROM kafka_offsets WHERE consumer <> 'gateway')")
		return left == 0 && r.table() != before
	})
}

// answers are what clients see: all users, and totals of several kinds.
func (r *rebuilt) answers() []string {
	r.t.Helper()
	texts := []string{r.do("GET", "/api/users/full?format=ndjson", "", r.bearer(1)...).text}
	for _, filter := range []string{`{}`, `{"subscriptionStatus":"active"}`, `{"q":"summer"}`, `{"userTypeCode":"NONS","promotionCode":"null"}`, `{"lastLoginAt":"null"}`, `{"email":"user1"}`} {
		a := r.do("GET", "/api/users/full?"+url.Values{"filter": {filter}, "page": {"2"}, "perPage": {"7"}, "sort": {`["lastLoginAt","DESC","email","ASC"]`}}.Encode(), "", r.bearer(1)...)
		texts = append(texts, filter, a.String(), a.header.Get("X-Total-Count"))
	}
	return texts
}

func TestAModelThatIsWrongIsBuiltAnew(t *testing.T) {
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	r.fill(60)
	r.settle(1, 61)
	eventually.Holds(t, time.Minute, "all subscriptions are there", func() bool {
		return r.do("GET", "/api/users/full?filter="+url.QueryEscape(`{"subscriptionStatus":"active"}`), "", r.bearer(1)...).body["total"] == 20.0
	})
	want, before := r.answers(), r.table()
	for _, damage := range []string{
		"DELETE FROM user_overview WHERE user_id = 5", "UPDATE user_overview SET username = 'wrong', is_active = false WHERE user_id = 9",
		"ALTER TABLE user_overview DISABLE TRIGGER USER", "DELETE FROM user_overview WHERE user_id = 6",
	} {
		if err := r.db.Exec(damage).Error; err != nil {
			t.Fatal(err)
		}
	}
	if slices.Equal(r.answers(), want) {
		t.Fatal("the damage is invisible")
	}
	if a := r.operator("POST", "model/rebuild"); a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"build":{"version":`) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	r.awaitSwap(before)
	if got := r.answers(); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if a := r.operator("GET", "model"); string(a.Body) != fmt.Sprintf(`{"version":%d,"build":null}`, newestModel(t)) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

func TestNobodyNoticesARebuild(t *testing.T) {
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	r.fill(400)
	r.settle(1, 401)
	before := r.table()
	stop := make(chan struct{})
	var busy sync.WaitGroup
	var version int64 = 1
	busy.Go(func() { // a write is visible when it is answered, so from then on everywhere
		for ; ; version++ {
			select {
			case <-stop:
				return
			default:
			}
			changed := user(2, version+1, "NONS")
			changed.Username = fmt.Sprintf("Version %d", version+1)
			r.publish("directory", changed)
			lacking := fmt.Sprintf("%q:%q", "username", changed.Username)
			eventually.Holds(r.t, time.Minute, "the write is visible", func() bool {
				return strings.Contains(r.do("GET", "/api/users/full/2", "", r.bearer(1)...).text, lacking)
			})
			for range 3 { // it never goes back
				if a := r.do("GET", "/api/users/full?"+url.Values{"filter": {`{"id":[2]}`}}.Encode(), "", r.bearer(1)...); !strings.Contains(a.text, lacking) {
					t.Errorf("%s is not in %s", lacking, a)
				}
			}
		}
	})
	busy.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, filter := range []string{`{}`, `{"userTypeCode":"NONS"}`, `{"email":"example.com"}`} {
				a := r.do("GET", "/api/users/full?"+url.Values{"filter": {filter}, "page": {"3"}, "perPage": {"5"}}.Encode(), "", r.bearer(1)...)
				want := 401.0
				if filter == `{"userTypeCode":"NONS"}` {
					want = 400
				}
				if a.status != http.StatusOK || a.body["total"] != want {
					t.Errorf("%s: %s", filter, a)
				}
			}
		}
	})
	if a := r.operator("POST", "model/rebuild"); a.Status != http.StatusOK {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := r.operator("POST", "model/rebuild"); a.Status != http.StatusConflict && r.table() == before {
		t.Errorf("a second request: %d %s", a.Status, a.Body)
	}
	r.awaitSwap(before)
	close(stop)
	busy.Wait()
	var parked int
	if r.query(&parked, "SELECT count(*) FROM parked"); parked != 0 {
		t.Errorf("%d records are parked", parked)
	}
	live := r.answers()
	before = r.table()
	if a := r.operator("POST", "model/rebuild"); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	r.awaitSwap(before)
	if again := r.answers(); !slices.Equal(live, again) {
		t.Errorf("got  %v\nwant %v", again, live)
	}
}

// child starts the gateway in a process of its own.
func (r *rebuilt) child(arguments string) *exec.Cmd {
	r.t.Helper()
	program, err := os.Executable()
	if err != nil {
		r.t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), program)
	c.Env = append(os.Environ(), "MUSTER_TEST_CHILD=1", "MUSTER_TEST_ARGUMENTS="+arguments, "GATEWAY_LOG_LEVEL=error",
		"GATEWAY_ADDR=127.0.0.1:0", "GATEWAY_INTERNAL_ADDR=127.0.0.1:0", "GATEWAY_POSTGRES_URL="+r.settings.PostgresURL,
		"GATEWAY_KAFKA_BROKERS="+r.settings.KafkaBrokers[0], "GATEWAY_KAFKA_TOPIC_PREFIX="+r.prefix, "GATEWAY_JWKS_URL="+r.issuer.URL,
		"GATEWAY_ENV=development", "GATEWAY_CSRF_SECRET="+servicetest.Secret, "GATEWAY_SERVICE_SECRET="+servicetest.Secret)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

func TestAKilledBuildIsContinued(t *testing.T) {
	r := newRebuilt(t)
	first := r.start(postgres.Migrations)
	r.fill(60)
	r.settle(1, 61)
	want, before := r.answers(), r.table()
	first.Stop() // so that the child is the one that builds
	tx := r.db.Begin()
	defer tx.Rollback()
	builder := r.child("rebuild")
	eventually.Holds(t, time.Minute, "the build cannot go further than loading", func() bool {
		var phase string
		if err := tx.Raw("SELECT phase FROM read_model_build WHERE phase = 'unindexed' FOR UPDATE").Scan(&phase).Error; err != nil {
			t.Fatal(err)
		}
		return phase == "unindexed"
	})
	eventually.Holds(t, time.Minute, "a part is loaded", func() bool {
		var rows int
		r.query(&rows, "SELECT count(*) FROM kafka_offsets WHERE consumer = 'gateway-next' AND next_offset > 0")
		return rows > 0
	})
	if err := builder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = builder.Wait()
	if r.table() != before {
		t.Fatal("the new model is live already")
	}
	if err := tx.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	r.start(postgres.Migrations)
	r.awaitSwap(before)
	if got := r.answers(); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestTheCommandRebuilds(t *testing.T) {
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	r.fill(10)
	r.settle(1, 11)
	before := r.table()
	if err := r.child("rebuild").Wait(); err != nil {
		t.Errorf("the command: %v", err)
	}
	r.awaitSwap(before)
	if err := r.child("nonsense").Wait(); err == nil {
		t.Error("an unknown command is accepted")
	}
}

// newestModel is the version of the model that the program builds.
func newestModel(t *testing.T) int64 {
	t.Helper()
	models, err := postgres.NewModels(nil, "", postgres.Migrations, blueprint.Name)
	if err != nil {
		t.Fatal(err)
	}
	return models.Version
}

func TestAnotherVersionOfTheModelIsBuiltByItself(t *testing.T) {
	r := newRebuilt(t)
	r.start(postgres.Migrations)
	r.fill(30)
	r.settle(1, 31)
	want, before, old := r.answers(), r.table(), r.url
	later := newestModel(t) + 1
	next := fstest.MapFS{fmt.Sprintf("%04d_more.sql", later): {Data: []byte("-- +goose Up\nALTER TABLE user_overview ADD COLUMN more text NOT NULL DEFAULT 'more';\n")}}
	files, err := fs.Glob(postgres.Migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(postgres.Migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		next[name] = &fstest.MapFile{Data: text}
	}
	r.start(pg.Migrations{Name: postgres.Migrations.Name, FS: next})
	r.awaitSwap(before)
	var more int
	if r.query(&more, "SELECT count(*) FROM user_overview WHERE more = 'more'"); more != 31 {
		t.Errorf("%d rows of the new version", more)
	}
	for _, replica := range []string{r.url, old} {
		r.url = replica
		if got := r.answers(); !slices.Equal(got, want) {
			t.Errorf("%s: got  %v\nwant %v", replica, got, want)
		}
	}
	if version := string(r.operator("GET", "model").Body); version != fmt.Sprintf(`{"version":%d,"build":null}`, later) {
		t.Error(version)
	}
}
