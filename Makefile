# Muster: `make help` lists what there is.
SHELL := /bin/bash
PREFIX ?= /usr/local
MUSTER := .build/release/muster
CHECKED := --explicit-target-dependency-import-check error

.PHONY: build demo test lint deps install clean help

build: deps  ## Build the release binary, .build/release/muster
	swift build -c release $(CHECKED) --product muster

demo: build  ## The main job against the embedded server: 5,000 logins in under a minute
	$(MUSTER) run Scenarios/quickstart.yml

test: deps lint  ## Everything that must hold; builds what it needs
	swift build $(CHECKED) --build-tests
	swift test --skip-build
	swift test --sanitize=thread --scratch-path .build-tsan --filter 'TransportTests|EngineTests'

lint:  ## Formatting and naming rules
	swift format lint --strict --recursive Package.swift Sources Tests

deps:  ## Install the C libraries that are missing
	@bash .ci/deps.sh

install: build  ## Put the binary into PREFIX/bin
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(MUSTER) $(DESTDIR)$(PREFIX)/bin/muster

clean:  ## Remove what was built
	rm -rf .build .build-tsan

help:  ## This list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12
