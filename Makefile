# What people type. Anything longer than a line lives in .ci/.
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
export SWIFT

.DEFAULT_GOAL := build
.PHONY: help deps test-deps build demo sample picture test test-long reliability fuzz bench lint install clean

help: ## shows this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

deps: ## installs the C libraries that the build needs, if they are missing
	@.ci/install-packages.sh pkg-config libssl-dev libxml2-dev zlib1g-dev libcurl4

test-deps: ## installs what the tests need: Prosody, ejabberd, a browser and tools; no service is started
	@.ci/install-packages.sh prosody prosody-modules ejabberd openssl util-linux curl libxml2-utils systemd tmux \
		python3 python3-venv python3-prometheus-client chromium chromium-driver iproute2
	@.ci/python-packages.sh hdrhistogram==0.10.3

build: deps ## builds .build/release/muster (the default)
	@.ci/build.sh

demo: build ## builds, starts the embedded server, logs in, shows the result
	.build/release/muster run Scenarios/quickstart.yml

sample: build ## makes Results/sample anew, a small run as it is left
	@.ci/sample.sh .build/release/muster

picture: demo test-deps ## shows the demo, and makes docs/report.png of the page that it left
	@.ci/picture.sh Results/latest docs/report.png

test: deps test-deps lint ## passes every test, in its small size
	@.ci/test.sh

test-long: deps test-deps lint ## passes every test with its full counts
	@MUSTER_TEST_SIZE=long .ci/test.sh

reliability: deps ## makes docs/reliability.md of what is told of a server that misbehaves
	MUSTER_WRITE_RELIABILITY=1 $(SWIFT) test --disable-xctest --filter '^EngineTests\.ReliabilityTests'

SECONDS ?= 60
fuzz: deps ## feeds every target with bytes of anybody's making, each for SECONDS (60)
	@Fuzz/run $(SECONDS)

bench: build test-deps ## measures time, CPU, memory and the measuring itself against the limits
	@Benchmarks/run
	@Benchmarks/memory
	@Benchmarks/flat
	@Benchmarks/compare
	@Benchmarks/capture
	@Benchmarks/verdicts

lint: ## checks the format and the order of the modules
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzz/Package.swift Fuzz/Sources Fuzz/Targets
	@.ci/module-order.sh

install: build ## puts muster, its man page and completions below PREFIX (/usr/local unless given)
	@.ci/documents.sh .build/documents
	install -D -m 755 .build/release/muster "$(DESTDIR)$(PREFIX)/bin/muster"
	install -D -m 644 .build/documents/muster.1 "$(DESTDIR)$(PREFIX)/share/man/man1/muster.1"
	install -D -m 644 .build/documents/muster.bash "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/muster"
	install -D -m 644 .build/documents/muster.zsh "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_muster"
	install -D -m 644 .build/documents/muster.fish "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/muster.fish"

clean: ## removes what was built
	rm -rf .build .build-tsan .build-python Fuzz/.build Fuzz/found Fuzz/grown
	$(MAKE) -C Benchmarks/yardstick clean
