#!/usr/bin/env bash
# What must be there before the first build; whatever is there already is left as it is, so repeat it as you like.
#
#   infra/bootstrap.sh PROJECT REGION
#
# Makes the bucket of Terraform's state, the account that builds deploy as, the secrets of the conference systems and of
# the OAuth client, and infra/terraform.tfvars. It asks for what it needs, or takes it from the environment, by the
# settings' names: CALENDAR_AUTH (delegation if not set, service_account or oauth; the last with GOOGLE_OAUTH_CLIENT_ID,
# GOOGLE_OAUTH_CLIENT_SECRET and, if there are any, CONNECT_URL and ADDON_CLIENT_ID), CONFERENCE_SOLUTIONS, WEBHOOK_URL and WEBHOOK_SECRET (made if you have none), JANUS_URL and JANUS_API_SECRET,
# ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and
# WEBEX_REFRESH_TOKEN; and ALERT_EMAIL. The user who runs it must be an owner of the project.
set -euo pipefail

[ $# -eq 2 ] || { sed -n '4p' "$0" >&2; exit 2; }
project=$1
region=$2
cd "$(dirname "$0")"
settings=terraform.tfvars
member=serviceAccount:calendar-sync-deploy@$project.iam.gserviceaccount.com
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

main() {
    [ -e "$settings" ] || ask
    apis
    state
    agents
    deployer
    secrets
    echo "Ready. What is deployed is in infra/$settings: look at it, and commit it if a trigger is to deploy."
    echo "Next: gcloud builds submit --project=$project --config=cloudbuild.yaml --substitutions=_APPLY=true"
}

apis() {
    gcloud services enable --project="$project" \
        artifactregistry.googleapis.com calendar-json.googleapis.com cloudbuild.googleapis.com \
        cloudresourcemanager.googleapis.com cloudscheduler.googleapis.com \
        firestore.googleapis.com iam.googleapis.com iamcredentials.googleapis.com logging.googleapis.com \
        monitoring.googleapis.com pubsub.googleapis.com run.googleapis.com secretmanager.googleapis.com
}

state() { # it holds the keys of channel tokens: for the deploying account and the project's owners alone
    gcloud storage buckets describe "gs://$project-terraform" --project="$project" >/dev/null 2>&1 ||
        gcloud storage buckets create "gs://$project-terraform" --project="$project" --location="$region" \
            --uniform-bucket-level-access --public-access-prevention
    gcloud storage buckets update "gs://$project-terraform" --project="$project" --versioning
}

agents() { # Google makes them when they are first needed, which is after Terraform has granted them something
    gcloud beta services identity create --project="$project" --service=pubsub.googleapis.com
    gcloud beta services identity create --project="$project" --service=cloudscheduler.googleapis.com
}

deployer() {
    gcloud iam service-accounts describe "calendar-sync-deploy@$project.iam.gserviceaccount.com" --project="$project" >/dev/null 2>&1 ||
        gcloud iam service-accounts create calendar-sync-deploy --project="$project" \
            --display-name="Cloud Build deploys as this"
    local role
    for role in artifactregistry.admin cloudscheduler.admin datastore.owner \
        iam.roleAdmin iam.serviceAccountAdmin iam.serviceAccountUser logging.configWriter logging.logWriter monitoring.editor \
        pubsub.admin run.admin run.sourceDeveloper secretmanager.admin serviceusage.serviceUsageConsumer storage.admin; do
        gcloud projects add-iam-policy-binding "$project" --member="$member" \
            --role="roles/$role" --condition=None >/dev/null
    done
    # Of the project's own roles it can give and take only those that identities.tf gives.
    gcloud projects add-iam-policy-binding "$project" --member="$member" \
        --role="roles/resourcemanager.projectIamAdmin" --condition-from-file=grants.yaml >/dev/null
}

answer() { # answer NAME QUESTION [USUAL]: from the environment, or from the terminal
    local value=${!1-}
    if [ -z "$value" ] && [ -t 0 ]; then read -rp "$2: " value; fi
    value=${value:-${3-}}
    [ -n "$value" ] || [ $# -gt 2 ] || { echo "$1 is not set: $2" >&2; exit 2; }
    printf %s "$value"
}

quoted() { # as a text of Terraform's
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//\$\{/\$\$\{}
    printf '"%s"' "${text//%\{/%%\{}"
}

consent() { # what users who consent themselves take, as lines of the settings
    local value
    value=$(answer GOOGLE_OAUTH_CLIENT_ID "Id of the OAuth client that users consent to, see docs/connect.md") || exit
    printf 'google_oauth_client_id = %s\n' "$(quoted "$value")"
    value=$(answer CONNECT_URL "Where people connect, such as https://connect.example.com; empty for the function's own address" "")
    [ -z "$value" ] || printf 'connect_url = %s\n' "$(quoted "$value")"
    value=$(answer ADDON_CLIENT_ID "OAuth client id of the add-on's script, if there is one" "")
    [ -z "$value" ] || printf 'addon_client_id = %s\n' "$(quoted "$value")"
}

ask() {
    local auth consented="" solutions url name value more="" names="" email
    auth=$(answer CALENDAR_AUTH "How calendars may be read: delegation (an administrator grants it), service_account (people share them with it), oauth (each user consents). delegation if empty" delegation)
    case $auth in
    delegation | service_account) ;;
    oauth) consented=$(consent)$'\n' ;;
    *) echo "CALENDAR_AUTH must be delegation, service_account or oauth" >&2 && exit 2 ;;
    esac
    solutions=$(answer CONFERENCE_SOLUTIONS "The add-on's conference solutions, such as: My Web Conference=webhook")
    if [[ $solutions == *=webhook* ]]; then
        url=$(answer WEBHOOK_URL "https URL of the webhook's receiver")
        more+="  WEBHOOK_URL = $(quoted "$url")"$'\n'
    fi
    if [[ $solutions == *=janus* ]]; then
        url=$(answer JANUS_URL "URL of Janus' API, such as https://janus.example.com/janus")
        more+="  JANUS_URL = $(quoted "$url")"$'\n'
        [ "$(answer JANUS_HAS_SECRET "Has it an API secret? yes or no" "${JANUS_API_SECRET:+yes}")" != yes ] ||
            names='"JANUS_API_SECRET"'
    fi
    if [[ $solutions == *=zoom* ]]; then
        for name in ZOOM_ACCOUNT_ID ZOOM_CLIENT_ID; do
            value=$(answer "$name" "$name of the server-to-server OAuth app, see docs/zoom.md")
            more+="  $name = $(quoted "$value")"$'\n'
        done
    fi
    if [[ $solutions == *=webex* ]]; then
        value=$(answer WEBEX_CLIENT_ID "Client id of the Webex integration or service app, see docs/webex.md")
        more+="  WEBEX_CLIENT_ID = $(quoted "$value")"$'\n'
    fi
    email=$(answer ALERT_EMAIL "Address that alerts are sent to, if any" "")
    cat >"$settings.new" <<SETTINGS
region               = $(quoted "$region")
calendar_auth        = $(quoted "$auth")
${consented}conference_solutions = $(quoted "$solutions")
settings = {
$more}
secrets      = [$names]
alert_emails = [${email:+$(quoted "$email")}]
SETTINGS
    mv "$settings.new" "$settings"
}

secrets() { # each that the settings name
    local name
    for name in $( (grep -oE '"[A-Z]+_[A-Z_]*(SECRET|TOKEN)"' "$settings" | tr -d '"'; needed) | sort -u); do
        keep "$name" "$(tr A-Z_ a-z- <<<"$name")"
    done
}

needed() { # without which a provider, or consent, cannot work
    grep -q '^calendar_auth *= *"oauth"' "$settings" && echo GOOGLE_OAUTH_CLIENT_SECRET
    grep -q '=webhook' "$settings" && echo WEBHOOK_SECRET
    grep -q 'JANUS_ADMIN_URL' "$settings" && echo JANUS_ADMIN_SECRET
    grep -q '=zoom' "$settings" && echo ZOOM_CLIENT_SECRET
    grep -q '=webex' "$settings" && printf '%s\n' WEBEX_CLIENT_SECRET WEBEX_REFRESH_TOKEN
    true
}

keep() { # keep SETTING SECRET: its value, if Secret Manager has none yet
    gcloud secrets describe "$2" --project="$project" >/dev/null 2>&1 ||
        gcloud secrets create "$2" --project="$project" --replication-policy=automatic
    gcloud secrets versions describe latest --secret="$2" --project="$project" >/dev/null 2>&1 && return
    local value=${!1-}
    if [ -z "$value" ] && [ -t 0 ]; then read -rsp "$1 (not shown as you type): " value && echo; fi
    if [ -z "$value" ] && [ "$1" = WEBHOOK_SECRET ]; then
        value=whsec_$(head -c 32 /dev/urandom | base64)
        echo "A webhook secret is made. Its receiver needs it, too:"
        echo "    gcloud secrets versions access latest --secret=$2 --project=$project"
    fi
    [ -n "$value" ] || { echo "$1 is not set" >&2; exit 2; }
    printf %s "$value" |
        gcloud secrets versions add "$2" --project="$project" --data-file=-
}

main
