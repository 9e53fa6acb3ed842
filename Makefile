# Two commands are enough: `make run` shows it, `make test` proves it.
# Everything is installed into .venv from requirements-dev.lock, checked against its hashes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
CODE := domain activities workflows adapters service cli worker.py
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

.PHONY: help setup run test check lint types arch lock bench clean

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Create .venv and install everything the lock file names

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null \
	  || { echo "tilbake needs Python 3.11 or newer; '$(PYTHON)' was not found. Name another: make setup PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "tilbake needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make setup PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "'$(PYTHON)' lacks the venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(READY): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## Start everything for evaluation; Ctrl-C stops it
	$(BIN)/tilbake up

test: $(READY) ## Run all tests, in random order; warnings are errors
	$(BIN)/pytest $(ARGS)

check: lint types arch ## Everything that needs no running server
	$(BIN)/vulture
	$(BIN)/deptry .
	$(BIN)/codespell
	$(BIN)/squawk adapters/postgres/migrations/*.sql
	$(BIN)/yamllint --strict deploy

lint: $(READY) ## Style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Types, strictly
	$(BIN)/mypy

arch: $(READY) ## Who may import whom
	$(BIN)/lint-imports

lock: $(READY) ## Renew the lock files; UPGRADE=1 takes newer versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group build -o deploy/build.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev --group bench pyproject.toml -o bench/requirements.lock

$(BENCH_READY): bench/requirements.lock | $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	@touch $@

bench: $(BENCH_READY) ## List the measurements; NAME=… runs one, ARGS="…" passes options
ifdef NAME
	$(BIN)/python bench/$(NAME).py $(ARGS)
else
	@for program in bench/*.py; do [ -e "$$program" ] || continue; \
	  $(BIN)/python -c 'import ast, pathlib, sys; p = pathlib.Path(sys.argv[1]); d = ast.get_docstring(ast.parse(p.read_text())); d and not p.stem.startswith("_") and print(f"  make bench NAME={p.stem:<14}", d.splitlines()[0])' "$$program"; \
	done
endif

clean: ## Remove .venv and what tools leave behind; state under var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage coverage.xml dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
