#!/usr/bin/env bash
# Prints the settings that are deployed, for an operator's shell and its command line:
#
#   eval "$(infra/settings.sh PROJECT REGION)"
#   python -m functions status
set -euo pipefail

[ $# -eq 2 ] || { sed -n '4p' "$0" >&2; exit 2; }

deployed() {
    gcloud run services describe initialize-syncing --project="$1" --region="$2" --format=json
}

secret() {
    gcloud secrets versions access "$3" --secret="$2" --project="$1"
}

# A line for each setting: its name, and either = and the value, or the secret and its version.
listed() {
    python3 -c '
import json, sys
for one in json.load(sys.stdin)["spec"]["template"]["spec"]["containers"][0]["env"]:
    kept = one.get("valueFrom", {}).get("secretKeyRef")
    print(one["name"], *([kept["name"], kept["key"]] if kept else ["=", one.get("value", "")]))'
}

found=$(deployed "$1" "$2" | listed)
while read -r name where rest; do
    case $name in THREADS | LOG_EXECUTION_ID | FUNCTION_* | K_* | PORT) continue ;; esac
    [ "$where" = "=" ] || rest=$(secret "$1" "$where" "$rest")
    printf 'export %s=%q\n' "$name" "$rest"
done <<<"$found"
