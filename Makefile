# Muster: `make run` to use it, `make test` to check it, `make help` for the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MODULES := libs services/identity services/directory services/billing services/gateway deploy/local deploy/providerfake deploy/stripefake deploy/examples/ledger deploy/e2e
# Not in the workspace, because Kubernetes' libraries need other versions of what the services use.
APART := deploy/check deploy/otel
LINT_VERSION := v2.15.0
LINT := .bin/golangci-lint-$(LINT_VERSION)
FUZZTIME := 5m
KAFKA := 4.1.1
ROUNDS := 1000
TIMING_ROUNDS := 200
USERS := 1000000
CUSTOMERS := 500
WEEKS := 52
WEBHOOKS := 5000
# The packages whose tests take the longest begin first, so that the last minute has work for all processors.
SLOWEST := muster/services/billing/cmd/billing muster/services/gateway/cmd/gateway
# The tests of the whole system sign in thousands of times; the package argon2 tests the hashes themselves.
CHEAP_HASHES := IDENTITY_ARGON2_MEMORY_KIB=64 IDENTITY_ARGON2_ITERATIONS=1

# The race detector makes bcrypt about 25 times slower. The packages of crypto share nothing that it could watch.
RACE := -race -gcflags=golang.org/x/crypto/...=-race=false

.PHONY: help api api-accept schemathesis run import test test-system test-deploy test-faults test-kafka test-restore test-rolling test-stripe test-browser test-upgrade fuzz soak timing year licences lint build tidy proto secrets update vulnerabilities bench bench-data clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## build and start everything on this machine, with demo users; Ctrl-C stops it; FRESH=1 deletes the data first; KAFKA=apache for Apache Kafka, apache-cluster for three brokers
	@test -x .bin/muster || echo "building the program that starts everything (the first time takes a minute)"
	@mkdir -p .bin && go build -o .bin/muster ./deploy/local/cmd/muster
	@.bin/muster $(if $(FRESH),--fresh=$(FRESH)) $(if $(filter apache%,$(KAFKA)),--kafka=$(KAFKA)) $(ARGS)

import: ## upload a roster of legacy users: FILE=roster.ndjson, optionally IMPORT_ID=…, DRY_RUN=1, FORMAT=thunder-…; repeat to continue
	@mkdir -p .bin && go build -o .bin/import ./services/directory/cmd/import
	@.bin/import $(if $(IMPORT_ID),-id "$(IMPORT_ID)") $(if $(DRY_RUN),-dry-run=$(DRY_RUN)) \
		$(if $(FORMAT),-format "$(FORMAT)") $(if $(PLAIN_PASSWORDS),-plain-passwords=$(PLAIN_PASSWORDS)) $(if $(ACTIVATE),-activate=$(ACTIVATE)) "$(FILE)"

# -vet=off because lint vets; -p 4 because many tests wait for a server; atexit_sleep_ms because the race detector otherwise
# makes each program sleep for 1 s at its end. The end-to-end tests come last: their clients have the patience of users, who do
# not share the machine with other tests. They leave it idle for much of their time, which the checks of deployments use with the
# lowest priority. Both run to their end whichever fails, and each prints its output in one piece where make can do that.
test: ## run all tests with a throwaway PostgreSQL and Kafka broker
	@GORACE="atexit_sleep_ms=100 $$GORACE" $(CHEAP_HASHES) go run ./deploy/local/cmd/testenv -- sh -c \
		'go test $(RACE) -shuffle=on -vet=off -p 4 -timeout 20m $(ARGS) $(SLOWEST) $$(go list work | grep -v -e /deploy/e2e $(addprefix -e ,$(SLOWEST))) && \
		$(MAKE) --no-print-directory -k -j2 $(if $(filter output-sync,$(.FEATURES)),-Otarget) test-system test-deploy'

test-system:
	@go test $(RACE) -shuffle=on -vet=off -timeout 20m $(ARGS) ./deploy/e2e

test-deploy: ## check manifests, docker-compose.yml, settings, images and alerts, without a cluster or a container engine
	@failed=; for m in $(APART); do (cd $$m && GOWORK=off nice -n 19 go test -shuffle=on -vet=off -timeout 20m $(ARGS) ./...) || failed=1; done; test -z "$$failed"

ROLLING := go run ./deploy/local/cmd/testenv -- go test -count=1 -v -run '^TestARollingRestart' -timeout 20m
test-rolling: ## restart two replicas of every service one by one under load: no request fails
	@$(CHEAP_HASHES) MUSTER_E2E_ROLLING=directory,identity,billing,gateway $(ROLLING) $(ARGS) ./deploy/e2e

FROM := HEAD~1
test-upgrade: ## replace the replicas of every service by those of another commit and back under load: FROM=HEAD~1
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && mkdir $$dir/source $$dir/bin && git archive $(FROM) | tar -x -C $$dir/source && \
		(cd $$dir/source && go build -buildvcs=false -o $$dir/bin $(PROGRAMS)) && \
		$(CHEAP_HASHES) MUSTER_E2E_OLDER=$$dir/bin MUSTER_E2E_ROLLING=identity,directory,billing,gateway $(ROLLING) $(ARGS) ./deploy/e2e

test-kafka: ## run the tests that need Apache Kafka itself (Java 17, Maven): KAFKA=4.1.1
	@MUSTER_APACHE_KAFKA=$(KAFKA) go run ./deploy/local/cmd/testenv -- go test -tags apachekafka -vet=off -count=1 -timeout 5m $(ARGS) ./deploy/local/apachekafka

test-faults: ## disturb services, Apache Kafka (Java 17, Maven), disks (root) and networks while clients register and subscribe, and compare what they were told with databases and topics
	@$(CHEAP_HASHES) MUSTER_KAFKA=apache go test -tags faults -count=1 -v -run 'FaultsOfApacheKafka|DeletionReaches' -timeout 30m $(ARGS) ./deploy/e2e
	@$(CHEAP_HASHES) MUSTER_KAFKA=apache-cluster MUSTER_NETWORKS=true go test -tags faults -count=1 -v -run FaultsOfACluster -timeout 30m $(ARGS) ./deploy/e2e

test-restore: ## restore each service's database to an earlier time, as deploy/OPERATIONS.md says (pg_dump and pg_restore)
	@$(CHEAP_HASHES) go test -tags restore -count=1 -v -run Restored -timeout 20m $(ARGS) ./deploy/e2e

test-stripe: ## run the Stripe fake's suite against Stripe itself: STRIPE_TEST_KEY=sk_test_…
	@go test -tags stripe -count=1 -timeout 30m -run '^TestStripe$$' $(ARGS) ./deploy/stripefake

test-browser: ## run the tests that need Chromium (apt-get install chromium): clients in pages of another origin
	@$(CHEAP_HASHES) go run ./deploy/local/cmd/testenv -- go test -tags browser -count=1 -run 'Browser|APage' -timeout 10m $(ARGS) ./deploy/e2e

fuzz: ## run every fuzz target in turn, FUZZTIME=5m each
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' $(MODULES) | while IFS=: read -r file target; do \
		echo "fuzz $$(dirname $$file) $${target#func }"; \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) -parallel 1 $(ARGS) ./$$(dirname $$file) </dev/null || exit 1; done

soak: ## run the read-your-writes tests for ROUNDS=1000 with several concurrent clients and cheap password hashes
	@$(CHEAP_HASHES) MUSTER_E2E_ROUNDS=$(ROUNDS) \
		go test -count=1 -v -run InALoop -timeout 60m $(ARGS) ./deploy/e2e

# Nothing is throttled, because every request must be answered; the hashes are those of production.
UNTHROTTLED := IDENTITY_LOGIN_MAX_FAILURES=1000000 DIRECTORY_RESENDS_PER_NETWORK=1000000 DIRECTORY_MAILS_PER_DAY=1000000 GATEWAY_NETWORK_RATE=100000
timing: ## compare the times of requests for known, unknown, unverified and imported addresses: TIMING_ROUNDS=200 of each; needs a quiet machine
	@$(UNTHROTTLED) MUSTER_E2E_TIMING_ROUNDS=$(TIMING_ROUNDS) go run ./deploy/local/cmd/testenv -- \
		go test -tags timing -count=1 -v -run '^TestTimingTellsNothing$$' -timeout 60m $(ARGS) ./deploy/e2e

year: ## simulate CUSTOMERS=500 of billing for WEEKS=52 with failures and lost webhooks, and compare the books to the cent
	@MUSTER_BILLING_CUSTOMERS=$(CUSTOMERS) MUSTER_BILLING_WEEKS=$(WEEKS) go run ./deploy/local/cmd/testenv -- \
		go test -count=1 -v -run AYearOfBooks -timeout 120m $(ARGS) ./services/billing/cmd/billing

bench-data: ## create the data for bench from scratch: USERS=1000000 users in .muster-bench
	@mkdir -p .bin && go build -o .bin/benchdata ./deploy/local/cmd/benchdata
	@.bin/benchdata --users $(USERS) $(ARGS)

bench: ## run the benchmarks; compare ratios within a run, because machines differ; lists use the data of bench-data; WEBHOOKS=5000
	@MUSTER_E2E_WEBHOOKS=$(WEBHOOKS) go run ./deploy/local/cmd/testenv -- go test -run '^$$' -bench . -benchtime 50x -timeout 60m $(ARGS) ./deploy/e2e

lint: $(LINT) ## check gofmt, vet, and golangci-lint with the import rules
	@test -z "$$(gofmt -l $(MODULES) $(APART))" || { echo "not gofmt'd:"; gofmt -l $(MODULES) $(APART); exit 1; }
	@$(LINT) run $(addsuffix /...,$(addprefix ./,$(MODULES)))
	@for m in $(APART); do (cd $$m && GOWORK=off $(CURDIR)/$(LINT) run ./...) || exit 1; done
	@.ci/lint-rules $(CURDIR)/$(LINT)

$(LINT):
	@mkdir -p .bin
	@echo "installing golangci-lint $(LINT_VERSION)"
	@GOBIN=$(CURDIR)/.bin GOWORK=off GOFLAGS=-mod=mod go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv .bin/golangci-lint $@

PROGRAMS := $(foreach s,identity directory billing gateway,./services/$(s)/cmd/$(s))
licences: ## list the licences of the modules in the services' programs, and fail if one is unknown or not allowed
	@mkdir -p .bin && (cd deploy/check && GOWORK=off go build -o $(CURDIR)/.bin/licences ./cmd/licences)
	@.bin/licences $(PROGRAMS)

VULN := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
vulnerabilities: ## look up known vulnerabilities in the services; needs https://vuln.go.dev
	@for s in identity directory billing gateway; do echo "vulnerabilities of $$s"; \
		out=$$(cd services/$$s && GOWORK=off $(VULN) ./cmd/$$s 2>&1) && echo "$$out" && continue; echo "$$out"; \
		if grep -q 'fetching vulnerabilities' <<<"$$out"; then echo "the database of vulnerabilities cannot be reached: NOTHING was checked"; fi; exit 1; done

GITLEAKS := github.com/zricethezav/gitleaks/v8@v8.30.1
secrets: ## search the files of the repository for secrets
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && git ls-files -z | tar -c --null -T - | tar -x -C "$$dir" && \
		GOWORK=off GOFLAGS=-mod=mod go run $(GITLEAKS) dir --no-banner --redact -v --config .gitleaks.toml "$$dir"

update: ## update all dependencies to their newest minor versions, then build, check licences and vulnerabilities; test afterwards
	@for m in $(MODULES) $(APART); do (cd $$m && GOWORK=off go get -u ./... && GOWORK=off go mod tidy) || exit 1; done
	@$(MAKE) --no-print-directory build licences secrets vulnerabilities

build: ## build each module by itself, without the workspace
	@for m in $(MODULES) $(APART); do echo "build $$m"; (cd $$m && GOWORK=off go build ./... && GOWORK=off go vet ./...) || exit 1; done

tidy: ## run go mod tidy in each module
	@for m in $(MODULES) $(APART); do (cd $$m && GOWORK=off go mod tidy) || exit 1; done

proto: ## generate the Go code of the .proto files; a test fails when it is out of date
	@go generate ./services/gateway/internal/zitadelpb

API_TESTS := ./services/identity/cmd/identity ./services/directory/cmd/directory ./services/billing/cmd/billing
api: ## write the descriptions of the API, the OpenAPI and AsyncAPI documents and the TypeScript client's types anew; tests fail when they are out of date
	@go test ./libs/asyncapi -run '^TestTopicsAreDescribed$$' -update
	@go run ./deploy/local/cmd/testenv -- sh -c 'go test -run "^TestAPIIsDescribed$$" $(API_TESTS) -update && go test -run "^TestDocument$$" ./services/gateway/cmd/gateway -update'
	@cd deploy/clients/typescript && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run -s generate

api-accept: ## accept the changes of the API since the last accepted document, also those that break clients
	@cp services/gateway/internal/docs/openapi.json services/gateway/cmd/gateway/testdata/accepted.json
	@cp libs/contracts/asyncapi.json libs/asyncapi/testdata/accepted.json

schemathesis: ## send generated requests to the running stack (make run) and compare the answers with the document
	@deploy/e2e/schemathesis/run $(ARGS)

clean: ## delete the data of the local stack and of bench, even if .muster is a link to another directory
	@go run ./deploy/local/cmd/muster clean .muster .muster-bench
