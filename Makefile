PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8111
DATA_DIR ?= var
LETTERS ?= $(firstword $(wildcard ../shared/letters_dev.jsonl) bench/letters_sample.jsonl)
CHROMIUM = { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
CODE := app routing sms workers tests bench config.py migrations/env.py setup.py

.PHONY: help setup browser run demo test chaos chaos-long check format migration bench pictures learn fast slow lock clean

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

browser: setup ## what the browser tests and pictures need: Playwright, axe-core, the distribution's Chromium
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-browser.txt
	@if ! $(CHROMIUM) && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium; fi; \
	$(CHROMIUM) || { echo "There is no Chromium here: install your distribution's package (Debian: apt-get install chromium), or run «make browser» as root on Debian or Ubuntu." >&2; exit 1; }

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

bench: setup ## everything measured, within an hour: bench/results, docs/performance.md (QUICK=1: minutes, table only; CASES="intake router")
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-bench.txt
	$(BIN)/python -m bench.all $(if $(QUICK),--quick) $(CASES)$(if $(QUICK)$(CASES),, && $(BIN)/python -m bench.page)

pictures: browser ## docs/pictures anew: the main pages, in a fresh system with invented letters
	$(BIN)/python -m bench.pictures

migration: setup ## a new numbered migration: make migration m="what it does"
	$(BIN)/python -m bench.migration "$(m)"

lock: setup ## compile the locks anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --group dev -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --group learn -o requirements-learn.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --group bench -c requirements-dev.txt -o requirements-bench.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q bench/peer/requirements.in -o bench/peer/requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --group browser -c requirements-dev.txt -o requirements-browser.txt
	printf 'setuptools>=80\nwheel\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q - -o requirements-build.txt

learn: setup ## the router's experience anew from bench/letters (fetches scikit-learn)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-learn.txt
	$(BIN)/python -m bench.learn bench/letters/*.jsonl

fast: setup slow ## the router compiled, more than half as fast again; needs a C compiler (decision 020)
	@told=$$($(BIN)/python setup.py -q build_ext --inplace 2>&1) || { echo "$$told" | tail -n 5 >&2; rm -rf build; $(MAKE) -s slow; exit 1; }
	@rm -rf build
	@echo "The router is compiled. Whenever routing/ has changed: make fast again, or make slow."

slow: ## the router as it is written, after make fast
	@rm -f routing/*.so

clean: slow ## the environment and what tools left; never the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
