# Vicinage: one command for each thing that a person does with a clone.
# `make` lists them. Stamps lie inside what they stand for, so removing a folder removes its stamp.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
BUILT := src/vicinage/server/static/built
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.installed $(BUILT)/.built ## Install everything a clone needs (safe to repeat)

# uv comes from the Python registry by pip, with its hash; uv then installs the rest, with theirs.
$(UV): requirements/uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ $(APT) update -q && $(APT) install -qy python3.11-venv && $(PYTHON) -m venv --clear $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@touch $(UV)

$(VENV)/.installed: requirements/all.lock pyproject.toml $(UV)
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/all.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

web/node_modules/.installed: web/package-lock.json web/package.json web/.npmrc
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT)/.built: web/node_modules/.installed $(WEB_SOURCES)
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@

.PHONY: run
run: setup ## Start the whole platform with its demo town at http://127.0.0.1:8000
	@exec $(BIN)/vicinage run

.PHONY: apt-test
apt-test:
	@missing=$$(sed -e 's/#.*//' requirements/apt-test.txt | while read -r name; do \
		[ -z "$$name" ] || dpkg-query -W -f '$${Status}' "$$name" 2>/dev/null | grep -q 'install ok installed' || echo "$$name"; \
	done); \
	if [ -n "$$missing" ]; then $(APT) update -q && $(APT) install -qy --no-install-recommends $$missing; fi

.PHONY: test
test: setup apt-test lint ## Set up, then check everything (pages in Debian's chromium included)
	@cd web && npm run --silent test
	@$(BIN)/pytest -n 2 --dist loadfile --ignore tests/stories
	@$(BIN)/pytest tests/stories

.PHONY: lint
lint: setup ## Formatting, types, and the walls between the floors
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@cd web && npm run --silent check

.PHONY: bench
bench: setup ## Measure the figures in the README, each against its peer
	@for figure in hub log pages publish seal start tracker; do $(BIN)/python -m bench.$$figure; done

.PHONY: lock
lock: $(UV) ## Write the lock files anew from pyproject.toml
	@$(UV) pip compile --quiet pyproject.toml --all-extras --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --output-file requirements/all.lock
	@awk '/^uv==/ { keep = 1 } /^[a-z]/ && !/^uv==/ { keep = 0 } keep' requirements/all.lock > requirements/uv.lock

.PHONY: clean
clean: ## Remove what set-up, builds and tests left (the demo town's state in .state stays)
	@rm -rf $(VENV) web/node_modules $(BUILT) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
