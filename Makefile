# Two commands for everybody: `make run` serves the dashboard, `make test` runs every test. The rest is for who works on it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test long check bench store browser clean

run: $(VENV)/run.stamp store  ## install what the app needs, build the store, serve the dashboard on http://127.0.0.1:8501
	PORT=$(PORT) $(BIN)/python server.py

test: $(VENV)/dev.stamp check browser  ## install what the tests need, then all checks and tests, a file to each of two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile

long: $(VENV)/dev.stamp  ## the tests marked long, as far as they go: half an hour, on PostgreSQL too where there can be one
	ANCRAGE_LONG_TESTS=1 tests/workspace/with_postgres.sh $(BIN)/python -m pytest -m long --timeout 3600

check: $(VENV)/dev.stamp  ## style, types, directions between rooms, texts in every language
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m ui.language check

bench: $(VENV)/dev.stamp store  ## how fast plans and maps answer on this machine
	$(BIN)/python -m benchmarks

store: $(VENV)/run.stamp  ## build the store from the embedded dataset; nothing is done when it is up to date
	$(BIN)/python -m data build

# a stamp says which requirements are installed; installing the larger set does for the smaller one
$(VENV)/run.stamp: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# the system's Chromium, else Debian's package when root, else Playwright's own
browser: $(VENV)/dev.stamp
	@if [ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else $(BIN)/python -m playwright install chromium; fi

clean:  ## remove what was built; what users entered stays
	rm -rf $(VENV) static/geo .mypy_cache .ruff_cache .pytest_cache .hypothesis
