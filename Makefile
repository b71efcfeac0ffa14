# Paths here are relative, so that the checkout may lie in any folder, spaces in its name and all.
# Programs of the virtual environment are run as modules: their scripts break when it is moved.

.DEFAULT_GOAL := help
.PHONY: help run demo test test-long bench lint format screenshots

# make run PORT=8123, PORT=8123 make run; DEMO=0 starts without the demo community; make bench
# ONLY=library
export PORT DEMO ONLY

VENV := .venv/bin/python

# The first Python here that is new enough and can make a virtual environment prepares ours. Where
# none is, any Python says what to install.
PYTHON ?= python3
SETUP = for python in "$(PYTHON)" python3 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null && break; \
		python="$(PYTHON)"; \
	done; \
	command -v "$$python" >/dev/null || { \
		echo "Offprint needs Python 3.11 or newer. On Debian or Ubuntu:" >&2; \
		echo "    sudo apt-get install -y python3 python3-venv" >&2; exit 1; }; \
	"$$python" config/embedded/bootstrap.py

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Run the site on http://localhost:8000/ (PORT=8123 moves it, DEMO=0 starts empty)
	@$(SETUP) run && exec $(VENV) -m config.embedded.runner

demo: ## Replace the database by a fresh demo community
	@$(SETUP) env && exec $(VENV) manage.py demo --fresh

test: ## Run the tests, those in the browser included where Chromium is installed
	@$(SETUP) && exec $(VENV) -m pytest -n auto

test-long: ## Run the long tests: faults, fuzzing, scale
	@$(SETUP) && exec $(VENV) -m pytest -n auto -m long

bench: ## Measure pages against their bars (ONLY=library: one benchmark)
	@$(SETUP) && exec $(VENV) -m tests.bench

# mypy reads the settings, of which it needs to know no secret.
LINT_ENVIRONMENT := OFFPRINT_IGNORE_DOTENV=1 DEBUG=on SECRET_KEY=lint

lint: ## Check style, types and templates
	@$(SETUP)
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(LINT_ENVIRONMENT) $(VENV) -m mypy
	$(VENV) -m djlint --quiet --check --lint templates

format: ## Put code and templates into shape
	@$(SETUP)
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .
	$(VENV) -m djlint --quiet --reformat templates

screenshots: ## Take the screenshots of docs/screenshots/ anew
	@$(SETUP) && exec $(VENV) -m tests.browser.screenshots
