PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8111
DATA_DIR ?= var
LETTERS ?= $(firstword $(wildcard ../shared/letters_dev.jsonl) bench/letters_sample.jsonl)
CODE := app routing sms workers tests bench config.py migrations/env.py

.PHONY: help setup run demo test chaos chaos-long check format migration bench learn lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(STAMP) ## the environment .venv, from the hash-pinned locks

$(STAMP): requirements.txt requirements-dev.txt requirements-build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it with PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $(STAMP)

run: setup ## everything on this machine: database, web, workers, SMS gateway (PORT=, DATA_DIR=)
	@exec $(BIN)/samaneh up --port $(PORT) --data-dir $(DATA_DIR)

demo: setup ## the main job on real letters, through the HTTP API, in a fresh system (LETTERS=file)
	$(BIN)/python -m bench.demo $(LETTERS)

test: setup ## all tests, in parallel, against real PostgreSQL and Valkey
	$(BIN)/python -m pytest -n 2 --dist worksteal

chaos: setup ## break it on purpose, briefly: kill -9, restarts, FLUSHALL, a lying network (figures: chaos.jsonl)
	$(BIN)/python -m pytest tests/chaos --confcutdir=tests/chaos -m chaos --figures=chaos.jsonl

chaos-long: setup ## the same with the full figures; an hour or so
	$(BIN)/python -m pytest tests/chaos --confcutdir=tests/chaos -m chaos --long --figures=chaos.jsonl

check: setup ## style, types, the arrow of imports, templates, spelling, migrations
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet app/templates sms/fake/templates
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/test_migrations.py

format: setup ## what the checks would want
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: setup ## requests, letters and receipts a second
	$(BIN)/python -m bench.intake
	$(BIN)/python -m bench.router
	$(BIN)/python -m bench.outbox

migration: setup ## a new numbered migration: make migration m="what it does"
	$(BIN)/python -m bench.migration "$(m)"

lock: setup ## compile the locks anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --group dev -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --group learn -o requirements-learn.txt
	printf 'setuptools>=80\nwheel\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q - -o requirements-build.txt

learn: setup ## the router's experience anew from bench/letters (fetches scikit-learn)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-learn.txt
	$(BIN)/python -m bench.learn bench/letters/*.jsonl

clean: ## the environment and what tools left; never the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
