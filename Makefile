# The commands of the project. `make demo` and `make test` are all a stranger needs.

CARGO ?= cargo
PYTHON ?= python3
SIZE ?= 300MB
BIN := $(or $(CARGO_TARGET_DIR),target)/release/cityflow

.DEFAULT_GOAL := help
.PHONY: help build demo test lint fmt bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build the binary, optimised
	$(CARGO) build --release --locked

demo: build ## Generate a believable city, compute its last days, say what to look at next
	$(BIN) demo

test: ## Install what the tests need and run them all
	PYTHON=$(PYTHON) ./scripts/test.sh

lint: ## Formatting, clippy with warnings as errors, licences and sources of dependencies, Python syntax
	PYTHON=$(PYTHON) ./scripts/lint.sh

fmt: ## Format the code
	$(CARGO) fmt --all

bench: build ## Time the reading of road counts (SIZE=1.2GB for a larger file) and the demonstration
	./scripts/bench.sh $(SIZE)

clean: ## Remove build products, the demonstration and the private Python environment
	$(CARGO) clean
	rm -rf demo .venv
