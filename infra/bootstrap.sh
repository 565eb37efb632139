#!/usr/bin/env bash
# What must be there before the first build; what is there already is left as it is, so repeat it as you like.
#
#   infra/bootstrap.sh PROJECT REGION [--ask] [--regional]
#
# Makes the buckets of Terraform's state and of builds, the accounts (accounts.txt) and who may act as them, the keys, the
# secrets of the conference systems and of the OAuth client, and infra/terraform.tfvars.
# It asks for what it needs, or takes it from the environment, by the settings' names: CALENDAR_AUTH (delegation if not
# set, service_account or oauth; the last with GOOGLE_OAUTH_CLIENT_ID, GOOGLE_OAUTH_CLIENT_SECRET and, if there are any,
# CONNECT_URL and ADDON_CLIENT_ID), CONFERENCE_SOLUTIONS, WEBHOOK_URL and WEBHOOK_SECRET (made if you have none),
# JANUS_URL and JANUS_API_SECRET, ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, WEBEX_CLIENT_ID,
# WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN; and, by comma, OPERATORS and ALERT_EMAIL.
#
#   --ask       asks again, where infra/terraform.tfvars is there: an empty answer leaves what it has
#   --regional  keeps new secrets in REGION alone, where a policy of the organisation forbids other places
#
# Run it again after each change of calendar_auth, operators, conference_solutions or secrets in infra/terraform.tfvars.
# The user who runs it must be an owner of the project.
set -euo pipefail

usage() { sed -n '4p' "$0" >&2; exit 2; }
stop() { printf '%s\n' "$*" >&2; exit 2; }

[ $# -ge 2 ] || usage
project=$1
region=$2
shift 2
again="" regional=""
for word in "$@"; do
    case $word in
    --ask) again=yes ;;
    --regional) regional=yes ;;
    *) usage ;;
    esac
done
cd "$(dirname "$0")"
settings=terraform.tfvars
own=projects/$project.tfvars # what this project has of its own: see docs/runbook.md
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

. bootstrap/settings.sh
. bootstrap/accounts.sh
. bootstrap/secrets.sh

main() {
    [[ $project =~ ^[a-z][a-z0-9-]{4,28}[a-z0-9]$ ]] || stop "PROJECT must be a project id such as my-project-123: not its name, nor its number"
    [[ $region =~ ^[a-z]+-[a-z]+[0-9]{1,2}$ ]] || stop "REGION must be one region such as europe-west1: not a zone, nor a multi-region"
    number=$(gcloud projects describe "$project" --format='value(projectNumber)')
    if [ -n "$again" ] || [ ! -e "$settings" ]; then ask; fi
    [ "$(present region)" = "$region" ] || stop "infra/$settings has another region, $(present region): nothing that is there can be moved"
    apis
    bucket "$project-terraform"
    bucket "$project-builds"
    gcloud storage buckets update "gs://$project-terraform" --project="$project" --versioning
    agents
    accounts
    keys
    secrets
    echo "Ready. What is deployed is in infra/$settings: look at it, and commit it if a trigger is to deploy."
    [ -s .terraform.lock.hcl ] || echo "Then the providers' hashes, once, to be committed too: infra/terraform.sh lock"
    echo "Next: infra/deploy.sh $project"
}

apis() {
    gcloud services enable --project="$project" \
        artifactregistry.googleapis.com calendar-json.googleapis.com cloudbuild.googleapis.com \
        cloudresourcemanager.googleapis.com cloudscheduler.googleapis.com \
        firestore.googleapis.com iam.googleapis.com iamcredentials.googleapis.com logging.googleapis.com \
        monitoring.googleapis.com pubsub.googleapis.com run.googleapis.com secretmanager.googleapis.com
}

bucket() { # a bucket's name is one for all of Google: somebody else may have taken it, and would read what we keep there
    local owner
    owner=$(gcloud storage buckets describe "gs://$1" --raw --format='value(projectNumber)' 2>/dev/null) || {
        gcloud storage buckets create "gs://$1" --project="$project" --location="$region" \
            --uniform-bucket-level-access --public-access-prevention
        return
    }
    [ "$owner" = "$number" ] || stop "The bucket $1 belongs to another project ($owner), not to $project ($number): nothing is kept there"
}

agents() { # Google makes them when they are first needed, which is after something was granted to them
    gcloud beta services identity create --project="$project" --service=pubsub.googleapis.com
    gcloud beta services identity create --project="$project" --service=cloudscheduler.googleapis.com
}

main
