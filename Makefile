# `make` alone lists what there is. Each recipe is a line or two; the work is in toolchain/.
STACK ?= local
SEED ?= ../shared/seed
PYTHON ?= python3
DIST ?= dist
BIN := .venv/bin
# Five on two cores: two of them mostly wait, see tests/workers.py.
WORKERS ?= 5

.PHONY: help venv up down preview apply night test test-full check seed bench bundle lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: ## make or update .venv from requirements.txt
	@$(PYTHON) toolchain/environments.py

up: venv ## provision STACK (default local: on this machine, against a local OCI) and verify it
	@sh toolchain/up.sh $(STACK)

down: venv ## stop the local OCI and remove all of it
	@$(BIN)/genaikeys local down --remove

preview: venv ## show what `apply` would change in STACK, held to the guardrails; changes nothing
	@sh toolchain/stack.sh preview $(STACK)

apply: venv ## bring STACK to what is checked out, held to the guardrails; asks nobody: CI asks before
	@sh toolchain/stack.sh apply $(STACK)

night: venv ## recover STACK, rotate what is due, look for drift and retiring models; writes night.md
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(BIN)/genaikeys ci night $(STACK) --output night.md

test: venv ## every test but the longest tables, the real engine included
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(PYTHON) toolchain/environments.py ocicli > /dev/null
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope -m "not full"

test-full: venv ## the longest tables: kills, canaries, load, mutants; writes tests/results; hours
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(PYTHON) toolchain/environments.py ocicli > /dev/null
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope -m full

check: venv ## format, lint, types and the quick tests; under a minute
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n 3 --hypothesis-profile=quick -m "not engine and not slow and not full"

seed: venv ## run the article in SEED, verbatim, against a local OCI
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(BIN)/python -m genaikeys.seed $(SEED)

bench: venv ## measure against named opponents; minutes, on an otherwise idle machine
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(BIN)/python -m bench

bundle: venv ## pack all of it into one archive in DIST, for a machine without a network
	@$(BIN)/python -m toolchain ensure > /dev/null
	@$(BIN)/python -m toolchain.bundle $(DIST)

lock: venv ## resolve requirements*.in anew
	@for set in "" -ocicli -moto -policy -precommit -mutation -litellm -genaiauth; do \
	    $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	        --no-annotate --custom-compile-command "make lock" -o requirements$$set.txt requirements$$set.in || exit 1; \
	done
