#!/usr/bin/env bash
# Installs the Debian packages of the C libraries that are missing.
set -euo pipefail

wanted=(libxml2-dev libssl-dev zlib1g-dev pkg-config)
missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    run=()
elif command -v sudo >/dev/null; then
    run=(sudo)
else
    echo "muster needs ${missing[*]}: as root, run: apt-get install ${missing[*]}" >&2
    exit 1
fi
"${run[@]}" apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
