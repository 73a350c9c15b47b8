# Everything runs from .venv, which each target makes and fills as far as it needs; a second run finds nothing to do.
# PYTHON=/path/to/python3 chooses the interpreter that .venv is made with.

BIN := .venv/bin

# What the caller's shell says about other environments must not reach into this one.
unexport PYTHONPATH PYTHONHOME PIP_REQUIRE_VIRTUALENV PIP_USER PIP_TARGET PIP_PREFIX

.PHONY: help demo install dev test check lint types imports bench reliability lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

demo: install ## try it: servers on this machine, filled with posts, and the app opened on them
	@$(BIN)/tuisocial demo

install: ## make .venv with tuisocial and the demo's servers in it
	@.ci/install.sh requirements.lock

dev: ## make .venv with everything the checks need
	@.ci/timed.sh install .ci/install.sh requirements-dev.lock

test: dev ## run every test, live servers on loopback included
	@.ci/secret-service.sh
	@.ci/timed.sh test $(BIN)/python -m pytest -n 2 --dist loadfile --durations=15 --durations-min=1

check: lint types imports test ## what continuous integration runs

lint: dev ## ruff: rules and formatting
	@.ci/timed.sh lint sh -c '$(BIN)/ruff check . && $(BIN)/ruff format --check .'

types: dev ## mypy, strict
	@.ci/timed.sh types $(BIN)/mypy

imports: dev ## the import contracts
	@.ci/timed.sh imports $(BIN)/lint-imports

reliability: dev ## put every fault before every act, kill processes, and count what was lost
	@$(BIN)/python -m tests.reliability --write

bench: dev ## measure what the project promises about speed, as ratios
	@$(BIN)/python -m tests.bench

# One resolution for Python 3.11 and newer on every platform; the smaller locks are parts of the largest.
# uv would fetch an interpreter if it were asked for a version it does not find; it is given the one in .venv.
LOCK = UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --no-config --quiet --universal --python $(BIN)/python --python-version 3.11 \
	--generate-hashes --no-emit-index-url --annotation-style line --custom-compile-command 'make lock'

lock: dev ## take the newest versions of everything into the lock files
	@$(LOCK) --upgrade pyproject.toml --extra dev --group build --output-file requirements-dev.lock
	@$(LOCK) --upgrade pyproject.toml --extra demo --constraint requirements-dev.lock --output-file requirements.lock
	@$(LOCK) --upgrade --group build --constraint requirements-dev.lock --output-file requirements-build.lock
	@$(MAKE) --no-print-directory dev

clean: ## remove .venv and whatever the tools leave behind
	@rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache snapshot_report.html
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
