# make run: from a fresh machine to a demo site. make test: every test. make sure: what CI runs.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
export PORT
# Python 3.11 can trip over its own parser when a traceback is formatted inside ast.parse (python/cpython#106905).
export PYTHONNODEBUGRANGES := 1

.PHONY: run test test-slow lint types sure bench screenshots messages vendor system system-test lock clean

run: .venv/.ok static/vendor/.ok instance/secret_key
	@$(BIN)/flask demo
	@test -e "$${SIGNING_KEY_FILE:-instance/signing-keys.json}" || $(BIN)/flask keys new --if-none
	@$(BIN)/flask work --with-parent & exec $(BIN)/gunicorn app:app

test: .venv/.dev-ok static/vendor/.ok
	@tools/system.sh test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

test-slow: .venv/.dev-ok static/vendor/.ok
	$(BIN)/python -m pytest -m slow

lint: .venv/.dev-ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev-ok
	$(BIN)/mypy

sure: lint types test

bench: .venv/.dev-ok static/vendor/.ok
	$(BIN)/python -m bench

screenshots: .venv/.dev-ok static/vendor/.ok
	$(BIN)/python -m tools.screenshots

messages: .venv/.dev-ok
	$(BIN)/python -m tools.messages

vendor: static/vendor/.ok

system:
	@tools/system.sh run

.venv/.ok: requirements.txt tools/system.sh
	@tools/system.sh run
	@echo "Setting up Python packages (about a minute, once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: install python3.11 and type make run PYTHON=python3.11.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python cannot make virtual environments: install python3-venv."; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev-ok: .venv/.ok requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

static/vendor/.ok: package-lock.json tools/vendor.py tools/node.sh | .venv/.ok
	@tools/node.sh npm ci --ignore-scripts --omit=dev --no-audit --no-fund --silent
	@$(BIN)/python tools/vendor.py
	@touch $@

instance/secret_key: | .venv/.ok
	@umask 077; mkdir -p instance; $(BIN)/python -c 'import secrets; print(secrets.token_hex(32))' > $@

lock: .venv/.dev-ok
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	tools/node.sh npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean:
	rm -rf .venv node_modules static/vendor instance
