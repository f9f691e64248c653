#!/usr/bin/env bash
# picture.sh RESULT FILE: the top of a result's page as a picture, 1200 pixels wide.
set -euo pipefail
page="$(realpath "$1")/report.html"
picture="$(realpath "$2")"
profile="$(mktemp -d)"
trap 'rm -rf "$profile"' EXIT
chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --user-data-dir="$profile" --window-size=1200,1020 --screenshot="$picture" "file://$page" 2>/dev/null
echo "$2: $(stat -c %s "$picture") bytes"
