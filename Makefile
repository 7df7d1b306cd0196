# Muster: `make run` to use it, `make test` to check it, `make help` for the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MODULES := libs services/identity services/directory services/billing services/gateway deploy/local deploy/stripefake deploy/e2e
LINT_VERSION := v2.15.0
LINT := .bin/golangci-lint-$(LINT_VERSION)
FUZZTIME := 5m
ROUNDS := 1000
USERS := 1000000

.PHONY: help run import test fuzz soak lint build tidy bench bench-data clean

help: ## what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: ## build and start everything on this machine, with demo users; Ctrl-C stops it; FRESH=1 forgets the data first
	@test -x .bin/muster || echo "building the program that starts everything (the first time takes a minute)"
	@mkdir -p .bin && go build -o .bin/muster ./deploy/local/cmd/muster
	@.bin/muster $(if $(FRESH),--fresh=$(FRESH)) $(ARGS)

import: ## upload a roster of legacy users: FILE=roster.ndjson, and perhaps IMPORT_ID=… or DRY_RUN=1; again to go on
	@mkdir -p .bin && go build -o .bin/import ./services/directory/cmd/import
	@.bin/import $(if $(IMPORT_ID),-id "$(IMPORT_ID)") $(if $(DRY_RUN),-dry-run=$(DRY_RUN)) "$(FILE)"

test: ## all tests, with their own throwaway PostgreSQL and Kafka broker
	@go run ./deploy/local/cmd/testenv -- go test -race -shuffle=on -timeout 20m $(ARGS) work

fuzz: ## every fuzz target there is, one after the other, FUZZTIME=5m each
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' $(MODULES) | while IFS=: read -r file target; do \
		echo "fuzz $$(dirname $$file) $${target#func }"; \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) -parallel 1 $(ARGS) ./$$(dirname $$file) </dev/null || exit 1; done

soak: ## read-your-writes in loops of ROUNDS=1000, several clients at once; passwords hashed cheaply
	@IDENTITY_ARGON2_MEMORY_KIB=64 IDENTITY_ARGON2_ITERATIONS=1 MUSTER_E2E_ROUNDS=$(ROUNDS) \
		go test -count=1 -v -run InALoop -timeout 60m $(ARGS) ./deploy/e2e

bench-data: ## data for bench: USERS=1000000 users in .muster-bench, anew each time
	@mkdir -p .bin && go build -o .bin/benchdata ./deploy/local/cmd/benchdata
	@.bin/benchdata --users $(USERS) $(ARGS)

bench: ## what is measured: ratios within one run, since machines differ; lists on what bench-data made
	@go run ./deploy/local/cmd/testenv -- go test -run '^$$' -bench . -benchtime 50x -timeout 60m $(ARGS) ./deploy/e2e

lint: $(LINT) ## gofmt, vet, golangci-lint with the import rules
	@test -z "$$(gofmt -l $(MODULES))" || { echo "not gofmt'd:"; gofmt -l $(MODULES); exit 1; }
	@$(LINT) run $(addsuffix /...,$(addprefix ./,$(MODULES)))
	@.ci/lint-rules $(CURDIR)/$(LINT)

$(LINT):
	@mkdir -p .bin
	@echo "installing golangci-lint $(LINT_VERSION)"
	@GOBIN=$(CURDIR)/.bin GOWORK=off GOFLAGS=-mod=mod go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv .bin/golangci-lint $@

build: ## each module builds by itself, without the workspace
	@for m in $(MODULES); do echo "build $$m"; (cd $$m && GOWORK=off go build ./... && GOWORK=off go vet ./...) || exit 1; done

tidy: ## go mod tidy in each module
	@for m in $(MODULES); do (cd $$m && GOWORK=off go mod tidy) || exit 1; done

clean: ## forget the local stack's data, and bench's, also where .muster is a link to a directory elsewhere
	@go run ./deploy/local/cmd/muster clean .muster .muster-bench
