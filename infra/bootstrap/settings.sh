# For bootstrap.sh: reads infra/terraform.tfvars and what the project has of its own, and writes what is answered.

right() { # right NAME: what an answer must be, as variables.tf asks for it
    case $1 in
    CALENDAR_AUTH) echo "delegation, service_account or oauth" ;;
    CONFERENCE_SOLUTIONS) echo "name=provider by semicolon, such as My Web Conference=webhook (webhook, janus, zoom, webex, or a path such as acme_sync:Provider); what follows uri: goes on to a slash after the host" ;;
    GOOGLE_OAUTH_CLIENT_ID | ADDON_CLIENT_ID) echo "an id such as 1234567890-abc.apps.googleusercontent.com" ;;
    CONNECT_URL) echo "https and a host alone, such as https://connect.example.com" ;;
    WEBHOOK_URL) echo "an https URL" ;;
    JANUS_URL) echo "an http or https URL" ;;
    JANUS_HAS_SECRET) echo "yes or no" ;;
    OPERATORS) echo "people by comma, such as user:ann@example.com,group:operators@example.com" ;;
    ALERT_EMAIL) echo "e-mail addresses by comma" ;;
    *) echo given ;;
    esac
}

fits() { # fits NAME VALUE
    local address='[^@:,[:space:]]+@[^@:,[:space:]]+\.[^@:,[:space:]]+'
    case $1 in
    CALENDAR_AUTH) [[ $2 =~ ^(delegation|service_account|oauth)$ ]] ;;
    CONFERENCE_SOLUTIONS) solutions_fit "$2" ;;
    GOOGLE_OAUTH_CLIENT_ID | ADDON_CLIENT_ID) [[ $2 =~ ^[0-9]+-[0-9a-z]+\.apps\.googleusercontent\.com$ ]] ;;
    CONNECT_URL) [[ $2 =~ ^https://[^/?#]+\.[^/?#]+[^/?#]$ ]] ;;
    WEBHOOK_URL) [[ $2 =~ ^https://[^/[:space:]]+ ]] ;;
    JANUS_HAS_SECRET) [[ $2 =~ ^(yes|no)$ ]] ;;
    JANUS_URL) [[ $2 =~ ^https?://[^/[:space:]]+ ]] ;;
    OPERATORS) [[ $2 =~ ^(user|group):$address(,(user|group):$address)*$ ]] ;;
    ALERT_EMAIL) [[ $2 =~ ^$address(,$address)*$ ]] ;;
    esac
}

solutions_fit() {
    local pair pairs named="" provider='webhook|janus|zoom|webex|[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*'
    [ -z "$(each provider_packages)" ] || provider+='|[A-Za-z0-9_-]+'
    IFS=';' read -ra pairs <<<"$1"
    for pair in "${pairs[@]}"; do
        pair=$(sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//' <<<"$pair")
        [ -n "$pair" ] || continue
        [[ $pair =~ ^.*[^[:space:]].*=[[:space:]]*($provider)$ ]] || return 1
        [[ $pair != uri:* || $pair =~ ^uri:[a-z]+://[^/]+/ ]] || return 1
        named=yes
    done
    [ -n "$named" ]
}

answer() { # answer NAME QUESTION PRESENT [optional]: from the environment, from the terminal, or as it is; - is none
    local value=${!1-}
    while :; do
        if [ -z "$value" ] && [ -t 0 ]; then read -rp "$2${3:+ [$3]}: " value; fi
        value=${value:-$3}
        [ "$value" != - ] || value=""
        if [ -z "$value" ] && [ -n "${4-}" ]; then break; fi
        if [ -n "$value" ] && fits "$1" "$value"; then break; fi
        [ -t 0 ] && [ -z "${!1-}" ] || [ -n "$value" ] || stop "$1 is not set: $2"
        [ -t 0 ] && [ -z "${!1-}" ] || stop "$1 must be $(right "$1")"
        echo "That must be $(right "$1")." >&2
        value=""
    done
    printf %s "$value"
}

quoted() { # as a text of Terraform's
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//\$\{/\$\$\{}
    printf '"%s"' "${text//%\{/%%\{}"
}

listed() { # listed BY-COMMA: as a list of Terraform's
    local one text=""
    for one in ${1//,/ }; do text+=", $(quoted "$one")"; done
    printf '[%s]' "${text#, }"
}

present() { # present NAME: the text that a variable, or one of the settings, has now; what the project has of its own goes first
    local file found=""
    for file in "$own" "$settings"; do
        [ -e "$file" ] || continue
        found=$(sed -nE "s/^ *$1 *= *\"(.*)\" *(#.*)?\$/\\1/p" "$file" | head -n 1)
        [ -z "$found" ] || break
    done
    found=${found//\$\$\{/\$\{}
    found=${found//%%\{/%\{}
    found=${found//\\\"/\"}
    printf %s "${found//\\\\/\\}"
}

each() { # each NAME: what a variable lists, one a line, on however many lines it does
    local file
    for file in "$own" "$settings"; do
        grep -qs "^$1 *=" "$file" || continue
        NAME=$1 awk '
            $0 ~ "^" ENVIRON["NAME"] " *=" { inside = 1 }
            inside && !/^ *#/ { print }
            /\]/ { inside = 0 }' "$file" | { grep -oE '"[^"]*"' || true; } | tr -d '"'
        return
    done
}

put() { # put NAME TEXT: a variable, in place of what it was; with text "" it goes
    NAME=$1 TEXT=$2 awk '
        function whole() { if (ENVIRON["TEXT"] != "") printf "%-20s = %s\n", ENVIRON["NAME"], ENVIRON["TEXT"]; done = 1 }
        skipping { if (/\]/) skipping = 0; next }
        $0 ~ "^" ENVIRON["NAME"] " *=" { whole(); if (/\[/ && !/\]/) skipping = 1; next }
        { print }
        END { if (!done) whole() }' "$settings.new" >"$settings.put"
    mv "$settings.put" "$settings.new"
}

put_setting() { # put_setting NAME TEXT: one of the map `settings`
    NAME=$1 TEXT=$2 awk '
        function line() { print "  " ENVIRON["NAME"] " = " ENVIRON["TEXT"]; done = 1 }
        $0 ~ "^ +" ENVIRON["NAME"] " *=" { line(); next }
        inside && /^ *\}/ { if (!done) line(); inside = 0 }
        /^settings *= *\{ *\}/ { print "settings = {"; line(); print "}"; next }
        /^settings *= *\{/ { inside = 1 }
        { print }' "$settings.new" >"$settings.put"
    mv "$settings.put" "$settings.new"
}

ask() { # no half settings are left behind
    if [ -e "$settings" ]; then
        cp "$settings" "$settings.new"
    else
        printf '%s\n' 'region =' 'calendar_auth =' 'conference_solutions =' 'settings = {' '}' 'secrets =' >"$settings.new"
        put secrets "[]"
    fi
    trap 'rm -f "$settings.new" "$settings.put"' EXIT
    put region "$(quoted "$region")"
    ask_reading
    ask_systems
    ask_people
    mv "$settings.new" "$settings"
}

ask_reading() {
    local auth value name
    value=$(present calendar_auth)
    auth=$(answer CALENDAR_AUTH "How calendars may be read: delegation (an administrator grants it), service_account (people share them with it), oauth (each user consents)" "${value:-delegation}")
    put calendar_auth "$(quoted "$auth")"
    [ "$auth" = oauth ] || return 0
    value=$(answer GOOGLE_OAUTH_CLIENT_ID "Id of the OAuth client that users consent to, see docs/connect.md" "$(present google_oauth_client_id)")
    put google_oauth_client_id "$(quoted "$value")"
    value=$(answer CONNECT_URL "Where people connect, such as https://connect.example.com; none for the function's own address" "$(present connect_url)" optional)
    put connect_url "${value:+$(quoted "$value")}"
    value=$(answer ADDON_CLIENT_ID "OAuth client id of the add-on's script, if there is one" "$(present addon_client_id)" optional)
    put addon_client_id "${value:+$(quoted "$value")}"
}

ask_systems() {
    local solutions value
    solutions=$(answer CONFERENCE_SOLUTIONS "The add-on's conference solutions, such as: My Web Conference=webhook" "$(present conference_solutions)")
    put conference_solutions "$(quoted "$solutions")"
    [[ $solutions != *=*webhook* ]] || ask_setting WEBHOOK_URL "https URL of the webhook's receiver"
    if [[ $solutions == *=*janus* ]]; then
        ask_setting JANUS_URL "URL of Janus' API, such as https://janus.example.com/janus"
        value=$(answer JANUS_HAS_SECRET "Has it an API secret? yes or no" "$(janus_has_secret)")
        [ "$value" != yes ] || named JANUS_API_SECRET
    fi
    if [[ $solutions == *=*zoom* ]]; then
        ask_setting ZOOM_ACCOUNT_ID "ZOOM_ACCOUNT_ID of the server-to-server OAuth app, see docs/zoom.md"
        ask_setting ZOOM_CLIENT_ID "ZOOM_CLIENT_ID of the same"
    fi
    [[ $solutions != *=*webex* ]] || ask_setting WEBEX_CLIENT_ID "Client id of the Webex integration or service app, see docs/webex.md"
}

ask_setting() {
    local value
    value=$(answer "$1" "$2" "$(present "$1")")
    put_setting "$1" "$(quoted "$value")"
}

janus_has_secret() { if [ -n "${JANUS_API_SECRET-}" ] || each secrets | grep -qx JANUS_API_SECRET; then echo yes; else echo no; fi; }

named() { # named SECRET: one more that Secret Manager keeps
    put secrets "$(listed "$( (each secrets; echo "$1") | sort -u | paste -sd, -)")"
}

ask_people() {
    local value
    value=$(answer OPERATORS "Who may use the command line, by comma, such as user:ann@example.com" "$(each operators | paste -sd, -)" optional)
    put operators "$(listed "$value")"
    value=$(answer ALERT_EMAIL "Addresses that alerts are sent to, by comma" "$(each alert_emails | paste -sd, -)" optional)
    put alert_emails "$(listed "$value")"
}
