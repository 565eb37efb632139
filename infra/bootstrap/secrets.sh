# For bootstrap.sh: what must not be read by others. It goes to Secret Manager straight away: no file has it, no list of
# processes, and not Terraform's state. keys.sh changes the keys.

keys() { # made once; Terraform and the functions take the newest version
    made channel-token-keys
    [ "$(present calendar_auth)" != oauth ] || made grant-keys
}

made() { # made SECRET: with a first key, if it has none
    secret "$1"
    kept "$1" || head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' |
        gcloud secrets versions add "$1" --project="$project" --data-file=-
}

secrets() { # each that the settings name
    local name
    for name in $( (each secrets; needed) | sort -u); do
        keep "$name" "$(tr A-Z_ a-z- <<<"$name")"
    done
}

needed() { # without which a provider, or consent, cannot work
    local solutions
    solutions=$(present conference_solutions)
    [ "$(present calendar_auth)" != oauth ] || echo GOOGLE_OAUTH_CLIENT_SECRET
    [[ $solutions != *=*webhook* ]] || echo WEBHOOK_SECRET
    [ -z "$(present JANUS_ADMIN_URL)" ] || echo JANUS_ADMIN_SECRET
    [[ $solutions != *=*zoom* ]] || echo ZOOM_CLIENT_SECRET
    [[ $solutions != *=*webex* ]] || printf '%s\n' WEBEX_CLIENT_SECRET WEBEX_REFRESH_TOKEN
}

keep() { # keep SETTING SECRET: its value, if Secret Manager has none yet
    secret "$2"
    kept "$2" && return
    local value=${!1-}
    if [ -z "$value" ] && [ -t 0 ]; then read -rsp "$1 (not shown as you type): " value && echo; fi
    if [ -z "$value" ] && [ "$1" = WEBHOOK_SECRET ]; then
        value=whsec_$(head -c 32 /dev/urandom | base64)
        echo "A webhook secret is made. Its receiver needs it, too:"
        echo "    gcloud secrets versions access latest --secret=$2 --project=$project"
    fi
    [ -n "$value" ] || stop "$1 is not set"
    printf %s "$value" |
        gcloud secrets versions add "$2" --project="$project" --data-file=-
}

kept() { gcloud secrets versions describe latest --secret="$1" --project="$project" >/dev/null 2>&1; }

secret() { # who deploys lets the functions read it
    if ! gcloud secrets describe "$1" --project="$project" >/dev/null 2>&1; then
        if [ -n "$regional" ]; then
            gcloud secrets create "$1" --project="$project" --replication-policy=user-managed --locations="$region"
        else
            gcloud secrets create "$1" --project="$project" --replication-policy=automatic
        fi
    fi
    gcloud secrets add-iam-policy-binding "$1" --project="$project" --role=roles/secretmanager.admin \
        --member="$(member calendar-sync-deploy)" >/dev/null
}
