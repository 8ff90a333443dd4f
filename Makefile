# make run        a desk with a demo workspace on this machine; says where and as whom to sign in
# make build      bin/muster
# make test       all that CI runs: lint, and every test on SQLite and PostgreSQL
# make test-fast  every test, on SQLite alone
# make lint       what can be said about the source without running it
# make bench      benchmarks, on databases that wait for the disk
# make soak       the long form of the campaigns that make test runs in short: FOR=10m each
# make shots      screenshots of the pages, into .cache/shots, and those of the README
# make clean      stop the servers that tests use, and remove all that was built

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: run build test test-fast lint bench soak shots clean need assets

.NOTPARALLEL:

FOR ?= 10m
# A run in CI takes nothing from an earlier run's cache.
fresh := $(if $(CI),-count=1)
test := go test -timeout 20m $(fresh)

run: build
	scripts/demo

build: assets
	CGO_ENABLED=0 go build -trimpath -o bin/muster .

# The campaigns are tests like the others, and short unless MUSTER_SOAK gives them longer.
test: need assets lint
	MUSTER_TEST_POSTGRES=$$(scripts/postgres start) && export MUSTER_TEST_POSTGRES && $(test) ./...

test-fast: assets
	$(test) ./...

lint: need assets
	scripts/lint

# A whole desk is measured, from outside; its files are on the checkout's disk, since the system's place for temporary ones may be
# memory, which makes everything durable at no cost. SIZES=10000 is quick; a million tickets take an hour to fill, and
# KEEP=.cache/bench keeps what was filled, to be measured again.
SIZES ?= 10000,100000,1000000
KEEP ?=
bench: need build
	MUSTER_TEST_POSTGRES=$$(scripts/postgres --durable start) && export MUSTER_TEST_POSTGRES && \
	go run ./internal/bench -sizes $(SIZES) -keep '$(KEEP)'

soak: need assets
	MUSTER_TEST_POSTGRES=$$(scripts/postgres --durable start) && export MUSTER_TEST_POSTGRES && \
	MUSTER_SOAK=$(FOR) go test -p 1 -count 1 -timeout 0 -v -run Campaign ./...

shots: need assets
	MUSTER_SHOTS=$(CURDIR)/.cache/shots go test -count 1 ./internal/web/... ./internal/app/ -run 'Parts|Demo|Story'
	cp .cache/shots/queue-light-wide.png docs/screens/queue.png
	cp .cache/shots/ticket-light-desk.png docs/screens/ticket.png

clean:
	scripts/postgres stop || true
	scripts/postgres --durable stop || true
	rm -rf .cache bin node_modules
	git clean -fdqX internal/web/ui/dist

need:
	scripts/need

assets: need-run
	scripts/assets

need-run:
	scripts/need run
