#!/usr/bin/env bash
# python-packages.sh PACKAGE==VERSION...: makes a Python of the tests' own in .build-python, with these packages of PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.build-python

has_all() {
    local wanted
    [ -x "$folder/bin/python3" ] || return 1
    for wanted in "$@"; do
        "$folder/bin/python3" - "${wanted%%==*}" "${wanted##*==}" <<'CHECK' 2>/dev/null || return 1
import importlib.metadata, sys
sys.exit(importlib.metadata.version(sys.argv[1]) != sys.argv[2])
CHECK
    done
}

has_all "$@" && exit 0
python3 -m venv --clear "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$@"
