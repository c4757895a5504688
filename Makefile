# The two commands are `make demo` and `make test`; `make help` lists the others.
# Python 3.11 or 3.12 is all they need: the first of these that runs and is one of them.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .devstack/venv/bin
# Compiled bytecode stays in .devstack/; without it every command would take seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo stop logs clean test bench lint format lock catalogue permissions bootstrap peers

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

bootstrap:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or 3.12 was not found: install one, or run make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) devstack/bootstrap.py $(WITH)

# The packages that tests and bench compare with: for those who ask for them only.
peers:
	@$(MAKE) --no-print-directory bootstrap WITH="--with peers"

demo: bootstrap ## Start the portal with real indicators, in the background
	@$(VENV)/python -m devstack demo

stop: ## Stop the portal and its servers
	@test ! -x $(VENV)/python || $(VENV)/python -m devstack stop

logs: ## Show the last lines of the portal's logs
	@test ! -x $(VENV)/python || $(VENV)/python -m devstack logs

clean: ## Stop and remove everything under .devstack/
	@test ! -x $(VENV)/python || $(VENV)/python -m devstack clean
	@rm -rf .devstack build dist *.egg-info

test: peers ## Run the checks and all tests (ARGS="-k map" passes options to pytest)
	@$(MAKE) --no-print-directory lint
	@$(VENV)/python -m devstack test $(ARGS)

bench: peers ## Measure the analysis against its peers (ARGS="flags spatial" chooses, --json FILE keeps)
	@$(VENV)/python -m bench $(ARGS)

lint: peers ## ruff and pyright
	@$(VENV)/ruff check . && $(VENV)/ruff format --check . && $(VENV)/basedpyright

format: bootstrap ## Format the code
	@$(VENV)/ruff check --fix . && $(VENV)/ruff format .

permissions: bootstrap ## Write the tables of docs/permissions.md anew
	@$(VENV)/python scripts/permissions.py

catalogue: bootstrap ## Extract the texts anew and compile the Portuguese catalogue
	@$(VENV)/python scripts/catalogue.py

lock: bootstrap ## Pin the requirements anew from the *.in files
	@$(VENV)/uv pip compile requirements.in --universal --python-version 3.11 --override requirements-overrides.txt --generate-hashes --no-annotate --no-header -q -o requirements.txt
	@$(VENV)/uv pip compile requirements-dev.in --universal --python-version 3.11 --override requirements-overrides.txt --generate-hashes --no-annotate --no-header -q -o requirements-dev.txt
	@$(VENV)/uv pip compile requirements-peers.in --universal --python-version 3.11 --constraint requirements-dev.txt --generate-hashes --no-annotate --no-header -q -o requirements-peers.txt
	@echo uv | $(VENV)/uv pip compile - --universal --generate-hashes --no-annotate --no-header -q -o devstack/uv.txt
