# One word per job; `make help` lists them. Each job is one script or one command.

.PHONY: help deps build run test lint format soak fuzz bench clean

# Colours are a flag of the compiler: a terminal that comes or goes would rebuild everything.
SHIPPING := -c release --static-swift-stdlib --no-color-diagnostics --disable-local-rpath

SWIFT_SOURCES := Package.swift Sources Tests benchmarks
SCRIPTS := .ci/deps .ci/run Tests/fuzz Tests/run Tests/soak benchmarks/apply benchmarks/hedging benchmarks/instructions \
	benchmarks/large-sets benchmarks/profile benchmarks/run systemd/install

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make deps     install the Debian packages that building, running and testing need
deps:
	@.ci/deps build lab test

## make build    leave the release programs in .build/release/
build:
	@.ci/deps build
	swift build $(SHIPPING)

## make run      bring up the lab, or the resolver of a real profile with PROFILE=FILE, until Ctrl-C
run:
	@.ci/deps build
	@.ci/deps lab || echo "run: the lab goes without them" >&2
	@swift build $(SHIPPING) >&2
	@exec .build/release/enigm-lab up $(if $(PROFILE),--profile '$(PROFILE)')

## make test     run every test; the last line counts them
test: deps build
	@Tests/run

## make lint     check formatting, scripts and layers
lint: deps
	swift format lint --strict --recursive $(SWIFT_SOURCES)
	shellcheck $(SCRIPTS)
	Tests/run layers

## make format   rewrite the Swift sources in the project's format
format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

## make soak     the long versions of tests: a million packets a profile, ten million operations of the cache, a million
##               queries in each simulated network, mutated profiles, packets cut at every byte; PARTS="cache", SEED=N
soak: deps build
	@SEED='$(SEED)' Tests/soak $(PARTS)

## make fuzz     feed the parsers what libFuzzer makes of their seeds: TARGET=name (all), TIME=seconds of each (60)
fuzz:
	@.ci/deps build
	Tests/fuzz '$(or $(TARGET),all)' '$(or $(TIME),60)'

# Without some of the peers it measures the others.
## make bench    measure beside other resolvers; QUICK=1, ONLY="cached ...", PEERS="unbound"
bench: build
	@.ci/deps bench
	@.ci/deps peers || echo 'bench: going on without the peers that are missing' >&2
	@QUICK='$(QUICK)' ONLY='$(ONLY)' PEERS='$(PEERS)' benchmarks/run

## make clean    remove everything that was built
clean:
	rm -rf .build
