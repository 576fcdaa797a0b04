# make demo   installs what is missing and runs the main job on embedded data
# make test   installs what is missing and runs all tests
SHELL := /bin/bash
GO    ?= go
BIN   := build/snnc

.PHONY: demo test bench soak deps deps-check build lint

build:
	@mkdir -p build
	$(GO) build -o $(BIN) ./cmd/snnc

deps:
	@scripts/deps.sh

demo: deps build
	$(BIN) compile demo -o build/demo --data demo --samples 200 --lanes 32
	$(BIN) verify build/demo --data demo --samples 200
	$(BIN) compare demo --data demo --samples 200 --backends float,fixed,sim,rtl

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt the files above"; exit 1; }
	$(GO) vet ./...

test: deps lint
	$(GO) test -timeout 14m ./...

bench: deps build
	SNNC_BENCH=$(CURDIR)/build/bench.json $(GO) test -run TestBench -count 1 -v -timeout 30m ./bench

soak: deps
	SNNC_SOAK=1 $(GO) test -timeout 12h -count 1 ./cosim/...
