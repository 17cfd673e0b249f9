# Each recipe is a script in scripts/; `make help` tells what there is.
.DEFAULT_GOAL := help
.PHONY: help demo test build lib tool header lint format install bench clean

PREFIX ?= /usr/local
DESTDIR ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: ## install what is missing, build, and show the main job from Swift, C and Python
	@scripts/install-dependencies --build
	@scripts/demo

test: ## install what is missing and run all tests, real S3 servers included
	@scripts/test

build: ## build all Swift targets and their tests (debug)
	@scripts/install-dependencies --build
	swift build --build-tests

lib: ## build the shared library and the tool for release, into .build/stage
	@scripts/install-dependencies --build
	@scripts/build-library
	@scripts/build-tool

header: ## generate include/coffer.h anew
	@scripts/install-dependencies --build
	@scripts/generate-header

lint: ## check the style of Swift, shell and Python files
	@scripts/install-dependencies --test
	@scripts/lint

format: ## lay out all Swift files as .swift-format says
	@scripts/format

install: lib ## install library, header, pkg-config file and tool: make install PREFIX=/usr/local [DESTDIR=...]
	@scripts/install "$(PREFIX)" "$(DESTDIR)"

bench: ## measure Coffer beside other clients
	@scripts/install-dependencies --test
	@scripts/bench

clean: ## remove everything that was built
	rm -rf .build
