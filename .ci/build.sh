#!/usr/bin/env bash
# build.sh: the release build, in which a module may import only what the manifest gives it.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${SWIFT:-swift}" build -c release --product muster --explicit-target-dependency-import-check error
