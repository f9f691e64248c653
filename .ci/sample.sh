#!/usr/bin/env bash
# sample.sh MUSTER: makes Results/sample anew, a small run against the embedded server; its page is left out.
set -euo pipefail
muster="$(realpath "$1")"
cd "$(dirname "$0")/.."
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cat > "$folder/sample.yml" <<'YAML'
name: sample
seed: 7
target: embedded
accounts: {count: 100}
login: {mechanism: SCRAM-SHA-1}
load:
  - hold: {rate: 20/s, for: 6s, name: steady}
thresholds:
  - login p99 < 2s in steady
YAML
"$muster" run "$folder/sample.yml" --results "$folder/results"
rm -r Results/sample
cp -R "$folder/results/latest/" Results/sample
rm Results/sample/report.html
# Who built the kernel is no example of anything.
sed -i 's/\("kernel" : "[0-9.]*\)[^"]*/\1/' Results/sample/run.json
