#!/bin/sh
# Has Cloud Run build one image, and waits for it. Terraform runs this, in an image that has neither gcloud nor curl.
#
#   PARENT=projects/PROJECT/locations/REGION REQUEST=JSON sh build.sh
#
# REQUEST: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.builds/submit
set -eu

metadata=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token

token() { # of whoever is logged in, or else of the account that the build runs as
    gcloud auth print-access-token 2>/dev/null ||
        wget -qO- --header='Metadata-Flavor: Google' "$metadata" | sed 's/.*"access_token": *"\([^"]*\)".*/\1/'
}

ask() { # ask URL [BODY]
    if command -v curl >/dev/null; then
        printf 'header = "Authorization: Bearer %s"\n' "$(token)" |
            curl -sS --fail-with-body -K - ${2+-H 'Content-Type: application/json' --data "$2"} "$1"
    else # nobody else is in a step's container to see the token among the arguments
        wget -qO- --header="Authorization: Bearer $(token)" ${2+--header='Content-Type: application/json' --post-data="$2"} "$1"
    fi
}

field() { # field NAME PATTERN: the first such text of the JSON on standard input
    sed -n "s|.*\"$1\": *\"\($2\)\".*|\1|p" | head -n 1
}

build=$(ask "https://run.googleapis.com/v2/$PARENT/builds:submit" "$REQUEST" | field name 'projects/[^"]*/builds/[^"]*')
[ -n "$build" ] || { echo "Cloud Run took no build" >&2; exit 1; }
echo "$build"

for _ in $(seq 720); do # an hour, as cloudbuild.yaml has for all of it
    sleep "${PAUSE_S:-5}"
    status=$(ask "https://cloudbuild.googleapis.com/v1/$build?fields=status" | field status '[A-Z_]*')
    case $status in
    SUCCESS) exit ;;
    PENDING | QUEUED | WORKING) ;;
    *) break ;;
    esac
done
echo "$build ended as ${status:-nothing}: gcloud builds log ${build##*/}" >&2
exit 1
