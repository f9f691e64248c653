#!/usr/bin/env bash
# module-order.sh: every import in Sources stands in module-order.txt, whatever the manifest allows.
set -euo pipefail
cd "$(dirname "$0")"
order=module-order.txt
failed=0

# The modules that the order speaks about; all others belong to the system.
known=$(sed 's/#.*//; s/![^ ]*//g; s/:/ /' "$order" | tr -s ' ' '\n' | sort -u)

complain() {
    echo "$1: $2 may not import $3 (see .ci/$order)" >&2
    failed=1
}

imports_of() {
    grep -HnoE '^[[:space:]]*((@[A-Za-z_]+|public|package|internal|private|fileprivate)[[:space:]]+)*import[[:space:]]+((struct|class|enum|func|let|var|protocol|typealias)[[:space:]]+)?[A-Za-z_]+' \
        -r "../Sources/$1" --include='*.swift' | sed -E 's/^([^:]*:[0-9]*):.*[[:space:]]([A-Za-z_]+)$/\1 \2/'
}

check_module() {
    local module=$1 allowed=" $2 " place name
    while read -r place name; do
        case "$allowed" in *" !$name "*) complain "$place" "$module" "$name"; continue ;; esac
        if grep -qx "$name" <<<"$known" && [[ "$allowed" != *" $name "* ]]; then
            complain "$place" "$module" "$name"
        fi
    done < <(imports_of "$module" || true)
}

for folder in ../Sources/*/; do
    module=$(basename "$folder")
    compgen -G "$folder*.swift" >/dev/null || continue
    rule=$(grep -E "^$module:" "$order") || { echo "$module is missing in .ci/$order" >&2; failed=1; continue; }
    check_module "$module" "${rule#*:}"
done
exit "$failed"
