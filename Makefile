# One target per habit; `make help` lists them. Every target sets up what it needs in .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo lab app test test-fast test-slow browser lint format fuzz audit bench synth clean

help:  ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/core: pyproject.toml constraints.txt
	@echo "Setting up .venv (about a minute the first time) …"
	@$(PYTHON) -m venv .venv
	@$(PIP) --editable .
	@touch $@

.venv/full: .venv/core
	@echo "Adding what the tests need …"
	@$(PIP) --editable ".[lab,test,bench]"
	@touch $@

demo: .venv/core  ## Run the main job on the shipped dataset, into out/demo
	@$(BIN)/casesim run datasets/telecom --out out/demo --overwrite

lab: .venv/full  ## JupyterLab on the workbench
	@$(BIN)/casesim lab

app: .venv/full  ## The workbench as a page without code
	@$(BIN)/casesim app

# For the tests in a real browser; where it may not be installed they are skipped, and say so.
browser:
	@command -v chromium >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && { \
	  echo "Installing Chromium for the browser tests …"; \
	  timeout 240 sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium' >/dev/null 2>&1; }; } || true

test: .venv/full lint browser  ## Everything: lint, types, layers, all tests
	@$(BIN)/pytest -n 2 --dist worksteal

test-fast: .venv/full  ## Tests without the slow end-to-end groups
	@$(BIN)/pytest -n 2 -m "not slow"

test-slow: .venv/full  ## Only the slow end-to-end groups
	@$(BIN)/pytest -m slow

lint: .venv/full  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/full  ## Format and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

SEED ?= $(shell od -An -N4 -tx4 /dev/urandom | tr -d ' ')
HOURS ?= 1

fuzz: .venv/full  ## Read spoilt files for hours: make fuzz HOURS=8 SEED=abc
	@$(BIN)/python -m tests.fuzz --seed $(SEED) --hours $(HOURS)

# In an environment of its own: what it needs is nothing of ours. It fails where a version cannot be looked up.
audit: constraints.txt  ## Look the pinned versions up among the known vulnerabilities
	@[ -x .venv/audit/bin/pip-audit ] || { $(PYTHON) -m venv .venv/audit && .venv/audit/bin/python -m pip install --quiet pip-audit; }
	@.venv/audit/bin/pip-audit --strict --disable-pip --no-deps --progress-spinner off --requirement constraints.txt

bench: .venv/full  ## Compare with pandas, Polars and DuckDB at 1e5 and 1e6 incidents
	@$(BIN)/python -m benchmarks

synth: .venv/core  ## Make the shipped dataset again
	@$(BIN)/casesim synth --profile telecom --incidents 5000 --seed 20261 --out datasets/telecom --overwrite

clean:  ## Remove everything that was made
	rm -rf .venv out build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
