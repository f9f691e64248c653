#!/usr/bin/env bash
# documents.sh FOLDER: writes the man page and the shell completions of the release build into a folder.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
folder=$1
muster=.build/release/muster
manual=.build/plugins/GenerateManual/outputs/Command/muster.1
# The day of the last change, where it is known: the same sources make the same page.
day=$(git log -1 --format=%cs 2>/dev/null || date +%F)

mkdir -p "$folder"
for shell in bash zsh fish; do "$muster" --generate-completion-script "$shell" >"$folder/muster.$shell"; done
"$swift" package plugin generate-manual --date "$day" >/dev/null
cat "$manual" docs/manual-end.mdoc >"$folder/muster.1"
