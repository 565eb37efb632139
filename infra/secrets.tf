# What must not be read by others: the keys of channel tokens and of grants, made here, and the secrets of the providers
# and of the OAuth client, which bootstrap.sh puts into Secret Manager, so that they stand neither in a file nor in
# Terraform's state.

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
    { for name, made in google_secret_manager_secret_version.grant_keys : name => { secret = google_secret_manager_secret.grant_keys[name].secret_id, version = made.version } },
    { for name, found in data.google_secret_manager_secret_version.client : name => { secret = found.secret, version = found.version } },
    { CHANNEL_TOKEN_KEYS = { secret = google_secret_manager_secret.channel_keys.secret_id, version = google_secret_manager_secret_version.channel_keys.version } },
    { for name, found in data.google_secret_manager_secret_version.provider : name => { secret = found.secret, version = found.version } },
  )
  secrets_of = { for name, function in local.functions : name => {
    for setting, secret in local.secrets : setting => secret if lookup({ CHANNEL_TOKEN_KEYS = function.keys, GRANT_KEYS = function.state, GOOGLE_OAUTH_CLIENT_SECRET = function.state }, setting, function.tells)
  } }
}

resource "random_password" "channel_key" {
  for_each = toset(var.channel_keys)
  length   = 64
  special  = false # 62 signs, 64 of them: 381 bits, of which HMAC-SHA256 uses 256
}

resource "google_secret_manager_secret" "channel_keys" {
  secret_id = "channel-token-keys"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "channel_keys" {
  secret      = google_secret_manager_secret.channel_keys.id
  secret_data = join(",", [for name in var.channel_keys : random_password.channel_key[name].result])

  # The version before is there until no function needs it, and can be enabled again.
  deletion_policy = "DISABLE"
  lifecycle {
    create_before_destroy = true
  }
}

# The keys that users' refresh tokens are sealed with. Without them every grant is lost, and all users have to connect
# again.
resource "random_password" "grant_key" {
  for_each = toset(local.consents ? var.grant_keys : [])
  length   = 64
  special  = false
}

resource "google_secret_manager_secret" "grant_keys" {
  for_each  = toset(local.consents ? ["GRANT_KEYS"] : [])
  secret_id = "grant-keys"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "grant_keys" {
  for_each    = google_secret_manager_secret.grant_keys
  secret      = each.value.id
  secret_data = join(",", [for name in var.grant_keys : random_password.grant_key[name].result])

  deletion_policy = "DISABLE"
  lifecycle {
    create_before_destroy = true
  }
}

data "google_secret_manager_secret_version" "client" {
  for_each          = toset(local.consents ? ["GOOGLE_OAUTH_CLIENT_SECRET"] : [])
  secret            = "google-oauth-client-secret"
  fetch_secret_data = false
}

data "google_secret_manager_secret_version" "provider" {
  for_each          = local.provider_secrets
  secret            = lower(replace(each.key, "_", "-"))
  fetch_secret_data = false # only which version is the newest
}
