#!/usr/bin/env bash
# Tests what is here, shows what a deployment would change, and with --apply changes it: builds of one and the same archive.
#
#   infra/deploy.sh PROJECT [--apply] [--tested=BUILD] [--region=REGION]
#
#   --apply         deploys, once it is tested and planned
#   --tested=BUILD  takes the archive of a test that ended well, rather than test what is here
#   --region        where the builds run: somewhere if not said; where a policy binds resources to places, name one
set -euo pipefail

usage() { sed -n '4p' "$0" >&2; exit 2; }
[ $# -gt 0 ] || usage
project=$1 region=global tested="" apply=""
shift
for word in "$@"; do
    case $word in
    --apply) apply=yes ;;
    --tested=?*) tested=${word#*=} ;;
    --region=?*) region=${word#*=} ;;
    *) usage ;;
    esac
done
cd "$(dirname "$0")/.."

build() { # build SOURCE CONFIG: prints its id; ends as the build does
    gcloud builds submit "$1" --project="$project" --region="$region" --config="$2" \
        --gcs-source-staging-dir="gs://$project-builds/source" --format='value(id)'
}

said() { # what a build wrote; such builds write to Cloud Logging alone, where it is a moment later
    sleep "${PAUSE:-10}"
    gcloud logging read "resource.type=build AND resource.labels.build_id=$1" --project="$project" \
        --order=asc --limit=5000 --format='value(textPayload)'
}

[ -n "$tested" ] || tested=$(build . infra/builds/test.yaml)
archive=gs://$(gcloud builds describe "$tested" --project="$project" --region="$region" \
    --format='value[separator="/"](source.storageSource.bucket,source.storageSource.object)')
planned=$(build "$archive" infra/builds/plan.yaml)
said "$planned"
if [ -z "$apply" ]; then
    echo "Nothing is changed. To apply what was tested: infra/deploy.sh $project --apply --tested=$tested --region=$region"
else
    applied=$(build "$archive" cloudbuild.yaml)
    said "$applied"
fi
