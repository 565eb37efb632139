# What must not be read by others: the keys of channel tokens and of grants, and the secrets of the providers and of the
# OAuth client. bootstrap.sh puts them into Secret Manager, so that they stand neither in a file nor in Terraform's state.

locals {
  provider_secrets = setunion(
    var.secrets,
    contains(local.providers, "webhook") ? ["WEBHOOK_SECRET"] : [],
    contains(keys(var.settings), "JANUS_ADMIN_URL") ? ["JANUS_ADMIN_SECRET"] : [],
    contains(local.providers, "zoom") ? ["ZOOM_CLIENT_SECRET"] : [],
    contains(local.providers, "webex") ? ["WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN"] : [],
  )

  # Versions by number and not `latest`: a new value is a new revision of the functions, not one that some of their
  # instances happen to have.
  secrets = merge(
    { for name, found in data.google_secret_manager_secret_version.consent : name => { secret = found.secret, version = found.version } },
    { CHANNEL_TOKEN_KEYS = { secret = data.google_secret_manager_secret_version.channel_keys.secret, version = data.google_secret_manager_secret_version.channel_keys.version } },
    { for name, found in data.google_secret_manager_secret_version.provider : name => { secret = found.secret, version = found.version } },
  )
  secrets_of = { for name, function in local.functions : name => {
    for setting, secret in local.secrets : setting => secret if lookup({ CHANNEL_TOKEN_KEYS = function.keys, GRANT_KEYS = function.state, GOOGLE_OAUTH_CLIENT_SECRET = function.state }, setting, function.tells)
  } }
}

# Only which version is the newest is asked of each, which keys.sh may have added.

data "google_secret_manager_secret_version" "channel_keys" {
  secret            = "channel-token-keys"
  fetch_secret_data = false
}

# The keys that users' refresh tokens are sealed with: without them every grant is lost, and all users have to connect
# again.
data "google_secret_manager_secret_version" "consent" {
  for_each          = local.consents ? { GRANT_KEYS = "grant-keys", GOOGLE_OAUTH_CLIENT_SECRET = "google-oauth-client-secret" } : {}
  secret            = each.value
  fetch_secret_data = false
}

data "google_secret_manager_secret_version" "provider" {
  for_each          = local.provider_secrets
  secret            = lower(replace(each.key, "_", "-"))
  fetch_secret_data = false
}
