# For bootstrap.sh: the accounts, and who may do what. Terraform only reads them: who deploys can then neither become
# an account that it was not given, nor give it to others.

signs=calendarSyncSignsForUsers
reads=calendarSyncReads

accounts() {
    local account acted rest there
    there=$(gcloud iam service-accounts list --project="$project" --format='value(email)')
    while read -r account acted rest <&3; do
        grep -qxF "$(address "$account")" <<<"$there" ||
            gcloud iam service-accounts create "$account" --project="$project" --display-name="${rest#* }"
    done 3< <(listed_accounts)
    role "$signs" signs.yaml
    role "$reads" reads.yaml
    while read -r account acted rest <&3; do
        [ "$acted" != yes ] || policy "$account" roles/iam.serviceAccountUser "$(member calendar-sync-deploy)" $(agent "$account")
    done 3< <(listed_accounts)
    policy calendar-sync-user $(for_users)
    for account in calendar-sync-test calendar-sync-plan calendar-sync-deploy; do rights "$account"; done
}

listed_accounts() { sed -E '/^#/d; s/ +/ /g' accounts.txt; }
address() { printf %s "$1@$project.iam.gserviceaccount.com"; }
member() { printf %s "serviceAccount:$(address "$1")"; }

agent() { # Google's own agents make the identity tokens of these two; in new projects they may anyway
    case $1 in
    calendar-sync-push) printf '%s ' roles/iam.serviceAccountOpenIdTokenCreator "serviceAccount:service-$number@gcp-sa-pubsub.iam.gserviceaccount.com" ;;
    calendar-sync-schedule) printf '%s ' roles/iam.serviceAccountOpenIdTokenCreator "serviceAccount:service-$number@gcp-sa-cloudscheduler.iam.gserviceaccount.com" ;;
    esac
}

for_users() { # roles and members: who may do what with the account that acts as the users, or that calendars are shared with
    local who
    case $(present calendar_auth) in
    oauth) ;;
    service_account)
        printf '%s ' roles/iam.serviceAccountUser "$(member calendar-sync-deploy)"
        for who in $(each operators); do printf '%s ' roles/iam.serviceAccountTokenCreator "$who"; done
        ;;
    *)
        for who in $(listed_accounts | awk '$3 == "yes" { print $1 }'); do printf '%s ' "projects/$project/roles/$signs" "$(member "$who")"; done
        for who in $(each operators); do printf '%s ' "projects/$project/roles/$signs" "$who"; done
        ;;
    esac
}

role() { # role ID FILE: a role of our own, as the file has it
    if gcloud iam roles describe "$1" --project="$project" >/dev/null 2>&1; then
        gcloud iam roles update "$1" --project="$project" --file="$2" >/dev/null
    else
        gcloud iam roles create "$1" --project="$project" --file="$2" >/dev/null
    fi
}

policy() { # policy ACCOUNT [ROLE MEMBER]...: who may do what with it, and nobody else anything
    local account=$1 text="bindings: []"
    shift
    [ $# -eq 0 ] || text=bindings:
    while [ $# -gt 0 ]; do
        text+=$'\n'"- {role: '$1', members: ['$2']}"
        shift 2
    done
    patiently policy_is "$account" "$text"
}

policy_is() {
    gcloud iam service-accounts set-iam-policy "$1@$project.iam.gserviceaccount.com" /dev/stdin --project="$project" >/dev/null <<<"$2"
}

patiently() { # what was made a moment ago is not known everywhere at once
    local tries
    for tries in 1 2 3 4 5 6; do
        "$@" && return
        sleep "${PAUSE:-10}"
    done
    "$@"
}

rights() { # rights ACCOUNT: in the project exactly those of rights.txt, each with its condition
    local had stranger right condition
    had=$(gcloud projects get-iam-policy "$project" --flatten='bindings[].members' \
        --filter="bindings.members=$(member "$1")" --format='value[separator=" "](bindings.role,bindings.condition.expression)' | sed 's/ *$//')
    for stranger in $(grep -vxF "$(listed_rights "$1")" <<<"$had" | cut -d' ' -f1 | sort -u); do
        gcloud projects remove-iam-policy-binding "$project" --member="$(member "$1")" --role="$stranger" --all >/dev/null
        had=$(grep -v "^$stranger\( \|$\)" <<<"$had" || true)
    done
    while read -r right condition <&3; do
        grep -qxF "$right${condition:+ $condition}" <<<"$had" || patiently give "$1" "$right" "$condition"
    done 3< <(listed_rights "$1")
}

give() { # give ACCOUNT ROLE [CONDITION]
    if [ -z "$3" ]; then
        gcloud projects add-iam-policy-binding "$project" --member="$(member "$1")" --role="$2" --condition=None >/dev/null
    else
        gcloud projects add-iam-policy-binding "$project" --member="$(member "$1")" --role="$2" \
            --condition-from-file=/dev/stdin >/dev/null <<<"{title: only what calendar-conference-sync needs, expression: '$3'}"
    fi
}

listed_rights() { sed -n "s/^$1 //p" rights.txt | sed "s/PROJECT/$project/g"; }
