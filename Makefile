# make demo    installs what is missing and runs the main job on embedded data
# make test    installs what is missing and runs all tests
# make lint    gofmt and go vet
# make bench   measures; writes build/bench.json
# make synth   maps five designs to three FPGA families; SNNC_SYNTH_DESIGNS chooses some; 47 minutes
# make calibrate  builds seven networks over the boards, for hours, and prints the estimates
#              beside them; SNNC_TRIALS chooses some, and a second run goes on where the first was;
#              with SNNC_TRIALS_PACK=1 it ends with packing, which takes half an hour and gives no Fmax
# make soak    SNNC_SOAK (2000) random networks through fixed = sim = Verilated RTL;
#              after Ctrl-C the next make soak goes on where it was; 1,000 one after
#              another on overlays; then SNNC_LEARN
#              (300:1000) plastic networks, that many updates each, sim = RTL, going on likewise
# make soak-link  SNNC_SOAK_LINK (100000) frames of the serial link over a line that spoils one byte
#              in a hundred, with hosts and devices killed; then SNNC_FUZZ_LINK (20000) random
#              streams on the RTL and in Go; then both fuzz targets, SNNC_FUZZ_TIME (1m) each
# make study-on-chip  runs the study of docs/studies/on-chip.md and rewrites its tables
# make study-da-ssdp  runs what is not done yet of docs/studies/da-ssdp.md (days); Ctrl-C, and it goes on
# make deps    installs the Debian or Ubuntu packages that are missing
# make deps-ice40  those that build for iCE40 boards and flash boards
# make deps-ecp5   place and route for ECP5 boards, into build/ecp5
SHELL     := /bin/bash
GO        ?= go
BIN       := build/snnc
SNNC_SOAK ?= 2000
SNNC_LEARN ?= 300:1000
SNNC_SOAK_LINK ?= 100000
SNNC_FUZZ_LINK ?= 20000
SNNC_FUZZ_TIME ?= 1m

.PHONY: build deps deps-ice40 deps-ecp5 demo lint test bench synth calibrate soak soak-link study-on-chip study-da-ssdp

build:
	@mkdir -p build
	$(GO) build -o $(BIN) ./cmd/snnc

deps:
	@scripts/deps.sh

deps-ice40: deps
	@scripts/deps.sh ice40

deps-ecp5: deps
	@scripts/deps-ecp5.sh

demo: deps build
	$(BIN) compile demo -o build/demo --data demo --samples 200 --lanes 32
	$(BIN) verify build/demo --data demo --samples 200
	$(BIN) compare demo --data demo --samples 200 --lanes 32 --backends float,fixed,sim,rtl

lint:
	@unformatted=$$(gofmt -l .) || exit 1; test -z "$$unformatted" || { echo "not formatted: run gofmt -w on" $$unformatted >&2; exit 1; }
	$(GO) vet ./...

test: deps-ice40 lint
	$(GO) test -timeout 14m ./...

bench: deps build
	SNNC_BENCH=$(CURDIR)/build/bench.json $(GO) test -run TestBench -count 1 -v -timeout 30m ./bench

synth: deps build
	SNNC_SYNTH=$(CURDIR)/build/synth.json $(GO) test -run TestSynthesis -count 1 -v -timeout 120m ./bench

calibrate: deps-ice40 deps-ecp5 build
	SNNC_BOARD_TABLE=$(CURDIR)/build/boards.json SNNC_TOOLS=$(CURDIR)/build/ecp5 $(GO) test -run TestBoards -count 1 -v -timeout 0 ./bench

soak: deps
	@mkdir -p build
	SNNC_SOAK=$(SNNC_SOAK) SNNC_SOAK_STATE=$(CURDIR)/build/soak.json $(GO) test -run 'TestSoak$$|TestOverlay' -count 1 -v -timeout 0 ./cosim
	SNNC_LEARN=$(SNNC_LEARN) SNNC_LEARN_STATE=$(CURDIR)/build/soak-learn.json $(GO) test -run TestSimAndRTLLearnAlike -count 1 -timeout 0 ./learn

soak-link: deps
	SNNC_SOAK_LINK=$(SNNC_SOAK_LINK) SNNC_FUZZ_LINK=$(SNNC_FUZZ_LINK) $(GO) test -run 'TestSoak$$|TestRTLAgainstGo' -count 1 -v -timeout 0 ./host/link
	$(GO) test -run '^$$' -fuzz FuzzDecoder -fuzztime $(SNNC_FUZZ_TIME) ./host/link
	$(GO) test -run '^$$' -fuzz FuzzRTL -fuzztime $(SNNC_FUZZ_TIME) -parallel 1 ./host/link

study-on-chip: deps
	$(GO) run ./studies/onchip

study-da-ssdp:
	$(GO) run ./studies/dassdp
