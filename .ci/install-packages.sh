#!/usr/bin/env bash
# install-packages.sh PACKAGE...: installs those Debian packages that are missing, and starts no service.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
saved=$policy.before-muster
mark='Temporary, of muster'
services=(prosody ejabberd epmd.socket epmd)
missing=()

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

find_missing() {
    local package
    for package in "$@"; do is_installed "$package" || missing+=("$package"); done
}

# Installing needs root; say so plainly where there is no way to become it.
require_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        exec sudo --preserve-env=DEBIAN_FRONTEND "$0" "${missing[@]}"
    fi
    echo "These packages are missing, and neither root nor sudo is at hand to install them:" >&2
    echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
}

# While packages are unpacked their services would start, on all addresses: a policy forbids it for that time.
forbid_services() {
    trap restore_policy EXIT
    # One of ours that a kill left behind is not worth keeping.
    if [ -e "$policy" ] && ! grep -q "$mark" "$policy"; then mv "$policy" "$saved"; fi
    printf '#!/bin/sh\n# %s: no service starts while test servers are installed.\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
}

restore_policy() {
    if [ -e "$saved" ]; then mv -f "$saved" "$policy"; else rm -f "$policy"; fi
}

listed_epmd() { pgrep -x epmd 2>/dev/null | sort || true; }

# A package's own set-up may leave Erlang's port mapper behind, on all addresses. Only one that came now is ended.
end_new_epmd() {
    local pid
    for pid in $(comm -13 <(echo "$1") <(listed_epmd)); do kill "$pid" 2>/dev/null || true; done
}

# Nor do the services that came with this installation start at the next boot.
disable_new_services() {
    local service package
    command -v systemctl >/dev/null || return 0
    for service in "${services[@]}"; do
        for package in "${missing[@]}"; do
            case "$service:$package" in
            "$package:$package" | epmd*:ejabberd) systemctl disable "$service" >/dev/null 2>&1 || true ;;
            esac
        done
    done
}

main() {
    find_missing "$@"
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || { echo "Please install: ${missing[*]} (this is not a Debian)" >&2; exit 1; }
    require_root
    local epmd_before
    epmd_before=$(listed_epmd)
    forbid_services
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "${missing[@]}"
    end_new_epmd "$epmd_before"
    disable_new_services
}

main "$@"
