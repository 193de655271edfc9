# run    set up, take in the sample, look for faults, serve the dashboard
# test   everything that a change must pass, in one command
# soak   what takes minutes: kills before every change, races, random sequences on both databases
# check  style, types, import contracts
# bench  the figures: ratios measured in one run
# lock   pin every dependency by hash
# clean  forget everything that was made here

PYTHON ?= python3
BIN := .venv/bin
export PYTHONUNBUFFERED := 1

.PHONY: run test soak check bench lock clean

run: .venv/run.stamp
	@ASSAY_DEMO=true $(BIN)/assay up data/demo

test: .venv/dev.stamp
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

soak: .venv/dev.stamp
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m long

check: .venv/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/dev.stamp
	@$(BIN)/python -m tests.bench

lock: .venv/dev.stamp
	@$(BIN)/uv pip compile -q requirements/setup.in --generate-hashes --custom-compile-command "make lock" -o requirements/setup.lock
	@$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --custom-compile-command "make lock" -o requirements/run.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev -c requirements/run.lock --generate-hashes --custom-compile-command "make lock" -o requirements/dev.lock
	@$(BIN)/uv pip compile -q requirements/peers.in --generate-hashes --custom-compile-command "make lock" -o requirements/peers.lock

clean:
	@rm -rf .venv .assay .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/uv: requirements/setup.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Assay needs Python 3.11 or newer; name it: make PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/%.stamp: requirements/%.lock pyproject.toml .venv/bin/uv
	@echo "Setting up ($*) ..."
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $<
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@
