# Each target works alone on a fresh machine: what is missing is installed first (as root or with sudo on Debian), or
# the exact command is printed.

GO   ?= go
LINT := $(GO) tool -modfile=.ci/lint.mod

.PHONY: help load setup build test test-evershop soak lint fmt bench corpus demo data known

help: ## list the targets
	@awk -F': .*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what demo and tests need
	@.ci/setup browser php

build: ## build bin/tillwatch
	$(GO) build -trimpath -o bin/tillwatch ./cmd/tillwatch

# make lint vets what these tests leave unvetted; 40 test programs link in half the time without what only debuggers read.
test: setup ## run the tests, with a real browser and real servers
	@.ci/setup servers wordpress
	$(GO) test -vet=off -ldflags='-s -w' -timeout 25m ./...

test-evershop: setup ## walk a real shop that nobody here wrote (needs npm and PostgreSQL)
	@.ci/setup evershop
	$(GO) test -tags evershop -timeout 15m -run TestEverShop -v ./cmd/tillwatch

soak: setup ## what make test tries a part of: every variant of the walks, and a hundred orders that are never placed
	$(GO) test -tags soak -timeout 120m -v ./sensor/page ./drill

load: ## 100 million live tokens beside 33.67 million members, and as many honest lines (LINES=20000000) without an alarm
	$(GO) test -tags load -run Scale -timeout 1h -v ./sensor/access
	TILLWATCH_LOAD_LINES=$${LINES:-100000000} $(GO) test -tags load -run HonestLines -timeout 12h -v ./drill/traffic

# The four checks that staticcheck leaves out want facts of every dependency, which are half of its time.
lint: ## formatting and static analysis
	@test -z "$$($(LINT) gofumpt -l .)" || { $(LINT) gofumpt -l .; echo "not formatted: run make fmt"; exit 1; }
	$(GO) vet -tags evershop,soak,victims,corpus,load ./...
	$(GO) vet ./sensor/database
	$(LINT) staticcheck -checks inherit,-SA1019,-SA4017,-SA4023,-SA5011 ./...
	$(LINT) errcheck -ignoretests -exclude .ci/errcheck.txt ./...
	$(LINT) go-errorlint -test=false ./...

fmt: ## format every file
	$(LINT) gofumpt -w .

bench: build setup ## measure against peers and limits in one run, into bench.json
	@.ci/setup servers bench wordpress
	cd drill/bench && $(GO) run . --tillwatch ../../bin/tillwatch --out ../../bench.json

corpus: ## judge thousands of honest scripts (fetched with npm once), and fail above 0.1 % of false alarms
	@.ci/setup npm
	$(GO) test -tags corpus -run TestCorpus -timeout 2h -v ./script

matrix: setup ## try every technique of the benchmark, into matrix.json and docs/techniques-matrix.md (MATRIX="--rows 1,2")
	$(GO) run ./drill/matrix $(MATRIX)

demo: build setup ## catch a skimmer on the demonstration shop, then leave shop and report open
	bin/tillwatch drill skim --stay

data: ## make the embedded list of published files again from its sources
	$(GO) run ./known/generate

known: ## fetch the npm packages again whose statements the list holds, then make it
	$(GO) run ./known/generate -npm "$${XDG_CACHE_HOME:-$$HOME/.cache}/tillwatch/npm"
