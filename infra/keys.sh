#!/usr/bin/env bash
# Changes the keys that channel tokens (channel-token-keys) or users' grants (grant-keys) are protected with: the first
# signs or seals, all verify or open. docs/runbook.md has the whole way; the next deployment takes the newest version.
#
#   infra/keys.sh PROJECT SECRET show|new|drop|restore [VERSION]
#
#   show     which keys each enabled version has, by the beginning of their SHA-256
#   new      a new key in front of those that are there
#   drop     all but the first
#   restore  behind those that are there, the keys of VERSION that are missing
set -euo pipefail

[ $# -ge 3 ] || { sed -n '5p' "$0" >&2; exit 2; }
project=$1 secret=$2 what=$3

keys_of() { gcloud secrets versions access "$1" --secret="$secret" --project="$project" | tr , '\n'; }

add() { # the keys on standard input, one a line, each once
    awk 'NF && !seen[$0]++' | paste -sd, - | tr -d '\n' |
        gcloud secrets versions add "$secret" --project="$project" --data-file=-
}

show() {
    local version
    for version in $(gcloud secrets versions list "$secret" --project="$project" --filter=state=ENABLED --format='value(name)'); do
        printf '%s:' "$version"
        for key in $(keys_of "$version"); do
            printf ' %s' "$(printf %s "$key" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c -8)"
        done
        echo
    done
}

case $what in
show) show ;;
new) now=$(keys_of latest) && { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; printf '\n%s\n' "$now"; } | add ;;
drop) now=$(keys_of latest) && printf '%s\n' "${now%%$'\n'*}" | add ;;
restore) now=$(keys_of latest) && old=$(keys_of "${4:?VERSION}") && printf '%s\n%s\n' "$now" "$old" | add ;;
*) sed -n '5p' "$0" >&2 && exit 2 ;;
esac
