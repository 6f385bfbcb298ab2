# Bylaw's commands. `make` alone lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
SOURCES := $(wildcard governance policies incidents benchmarks tests manage.py)
PYTEST_ARGS ?=

.PHONY: help run demo test check gate audit install benchmark pictures lock clean

help:  ## list these commands
	@echo "Bylaw: policy-as-code governance for AI incidents"; echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r name what; do printf '%-14s %s\n' "$$name" "$$what"; done

run: install  ## start everything on this machine: http://localhost:8000 (Ctrl-C stops it)
	@exec $(PYTHON) manage.py up

demo: install  ## the same, then replay the real incidents of MITRE ATLAS
	@exec $(PYTHON) manage.py up --demo

test: gate  ## check formatting, lint, types, imports and migrations, then run all tests
	$(PYTHON) -m pytest -n 2 --dist loadscope $(PYTEST_ARGS)

check: test  ## the same as test

gate: install  ## the checks of test without the tests
	$(PYTHON) -m ruff format --check $(SOURCES)
	$(PYTHON) -m ruff check $(SOURCES)
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	@$(PYTHON) -m tests.dependencies
	@# No database is needed to compare models with migrations; Django warns that it found none.
	DATABASE_URL='postgresql:///none?host=/nonexistent' BYLAW_DATABASE_POOL=0 \
	  $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

audit: install  ## ask whether faults are known of what requirements.lock installs
	@exec $(PYTHON) -m tests.dependencies

# Compares the lock's content, not its time, with what the stamp says was installed last.
install:  ## make .venv and install the locked packages
	@set -eu; \
	wanted="$$(cksum < requirements.lock)"; \
	if $(PYTHON) -c '' 2>/dev/null && [ "$$(cat $(STAMP) 2>/dev/null)" = "$$wanted" ]; then exit 0; fi; \
	if ! $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  for candidate in $${BASE_PYTHON:-} python3.13 python3.12 python3.11 python3; do \
	    if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then \
	      found="$$candidate"; break; fi; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo "Bylaw needs Python 3.11, 3.12 or 3.13 with venv and ensurepip; none was found." >&2; \
	    echo "On Debian and Ubuntu: apt-get install python3 python3-venv" >&2; \
	    echo "Or name one: make BASE_PYTHON=/path/to/python3" >&2; \
	    exit 1; fi; \
	  echo "Making $(VENV) with $$("$$found" --version)"; \
	  rm -rf $(VENV); "$$found" -m venv $(VENV); \
	fi; \
	echo "Installing the packages of requirements.lock"; \
	$(PYTHON) -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes \
	  -r requirements.lock; \
	echo "$$wanted" > $(STAMP)

benchmark: install  ## measure reports per second beside the plain SQL floor
	@exec $(PYTHON) -m benchmarks.reporting

pictures: install  ## make the pictures of the documentation (needs Chromium or Chrome)
	@exec $(PYTHON) -m tests.browser.pictures

lock: install  ## resolve the dependencies of pyproject.toml into requirements.lock
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:  ## remove .venv and caches; the data in var/ stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
