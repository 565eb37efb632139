# Which account runs what, and what each may do. No account has a primitive role, nor a key.

locals {
  delegates = var.calendar_auth == "delegation"

  # Calendars that are shared with the service have one address to be shared with, and a channel is stopped only by who
  # opened it: so there the functions that read calendars run as one account.
  own     = { for name, function in local.functions : name => function if var.calendar_auth != "service_account" || !function.state }
  runs_as = { for name, function in local.functions : name => contains(keys(local.own), name) ? data.google_service_account.function[name].email : data.google_service_account.calendar.email }

  # Who may be called by everybody, and checks for itself who calls.
  public = [for name in ["receive-notification", "connect-calendar"] : name if contains(keys(local.functions), name)]
}

# The accounts are those of accounts.txt. bootstrap.sh makes them and says who may act as them; here they are only read,
# so that who deploys needs no right to make accounts, nor to give any away.

data "google_service_account" "function" {
  for_each   = local.own
  account_id = each.key
}

# Acts as the calendars' users, by domain-wide delegation: the functions sign as this account, by IAM, and no key
# exists. One for all of them and not one each: only the OAuth client that opened a channel may stop it, and it is
# initialize_syncing or renew_channels that opens one, and sync_calendar too that stops it. It also makes one entry
# in the admin console, not four. It has no role anywhere, so being it allows nothing else.
# Where calendars are shared with the service, this is the account that they are shared with, and it runs the functions
# that read them. Where users consent themselves it does nothing; it stays, because another would have another client id.
data "google_service_account" "calendar" {
  account_id = "calendar-sync-user"
}

data "google_service_account" "push" {
  account_id = "calendar-sync-push"
}

data "google_service_account" "schedule" {
  account_id = "calendar-sync-schedule"
}

data "google_service_account" "build" {
  account_id = "calendar-sync-build"
}

locals {
  # Signs, and no more: Token Creator could also make access and identity tokens, and sign any bytes.
  signing_role = "projects/${var.project}/roles/calendarSyncSignsForUsers"
  deployer     = "serviceAccount:calendar-sync-deploy@${var.project}.iam.gserviceaccount.com"

  # Who may do what with the account that acts as the users: no one besides, least of all who deploys.
  for_users = {
    delegation      = [for who in concat([for name in sort(local.of_state_functions) : "serviceAccount:${data.google_service_account.function[name].email}" if local.delegates], sort(var.operators)) : "${local.signing_role} ${who}"]
    service_account = concat(["roles/iam.serviceAccountUser ${local.deployer}"], [for who in sort(var.operators) : "roles/iam.serviceAccountTokenCreator ${who}"])
    oauth           = []
  }[var.calendar_auth]
}

data "google_service_account_iam_policy" "calendar" {
  service_account_id = data.google_service_account.calendar.name

  lifecycle {
    postcondition {
      condition     = length(setsubtract(flatten([for grant in lookup(jsondecode(self.policy_data), "bindings", []) : [for who in grant.members : "${grant.role} ${who}"]]), local.for_users)) == 0
      error_message = "Somebody may do with calendar-sync-user what neither calendar_auth nor operators says: ${join(", ", setsubtract(flatten([for grant in lookup(jsondecode(self.policy_data), "bindings", []) : [for who in grant.members : "${grant.role} ${who}"]]), local.for_users))}. infra/bootstrap.sh takes it back: run it again."
    }
  }
}

locals {
  of_state_functions = toset([for name, function in local.functions : name if function.state])
  pubsub_agent       = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  # An identity token names a person or a service account, so a group cannot be one of OPERATORS.
  callers = {
    OPERATORS = sort([
      for who in concat([for who in var.operators : who if startswith(who, "user:")], [for who in var.initialize_callers : who if startswith(who, "serviceAccount:")]) : split(":", who)[1]
    ])
    INITIALIZE_AUDIENCES = concat(local.initialize_urls, sort(var.initialize_audiences))
  }

  # The function's addresses, which it cannot be told as its own outputs. The last part of the first name that
  # Cloud Run gives its services is the same for all of a project and region.
  initialize_urls = distinct([
    replace(module.receiver.service.uri, "receive-notification", "initialize-syncing"),
    "https://initialize-syncing-${data.google_project.this.number}.${var.region}.run.app",
    local.function_url,
  ])

  # What was once made by the API of functions keeps this address, which is none of Cloud Run's own.
  function_url = "https://${var.region}-${var.project}.cloudfunctions.net/initialize-syncing"
  audiences    = concat([local.function_url], sort(var.initialize_audiences))

  # Firestore grants by project; the condition narrows it to the one database.
  only_our_database = {
    title      = "only this database"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.state.name}\""
  }
}

# What the functions use.

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.functions
  topic    = google_pubsub_topic.sync.id
  role     = "roles/pubsub.publisher"
  member   = "serviceAccount:${local.runs_as[each.key]}"
}

resource "google_project_iam_member" "state" {
  for_each = local.of_state_functions
  project  = var.project
  role     = "roles/datastore.user"
  member   = "serviceAccount:${local.runs_as[each.key]}"

  condition {
    title      = local.only_our_database.title
    expression = local.only_our_database.expression
  }
}

resource "google_secret_manager_secret_iam_member" "function" {
  for_each  = merge([for name, secrets in local.secrets_of : { for setting, secret in secrets : "${name}.${setting}" => { function = name, secret = secret.secret } }]...)
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.runs_as[each.value.function]}"
}

# Who calls the functions.

locals {
  invokers = {
    sync-calendar      = ["serviceAccount:${data.google_service_account.push.email}"]
    renew-channels     = ["serviceAccount:${data.google_service_account.schedule.email}"]
    sweep-calendars    = ["serviceAccount:${data.google_service_account.schedule.email}"]
    initialize-syncing = setunion(var.initialize_callers, var.operators)
  }
}

# Who builds the functions: reads the archive, and nothing of other buckets.

resource "google_project_iam_member" "build" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:${data.google_service_account.build.email}"
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${data.google_service_account.build.email}"
}

resource "google_artifact_registry_repository_iam_member" "build" {
  repository = google_artifact_registry_repository.functions.id
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${data.google_service_account.build.email}"
}

# Operators: what `python -m functions` does is what the functions may do; besides, they see what these do.

resource "google_project_iam_member" "operator" {
  for_each = { for pair in setproduct(var.operators, ["roles/datastore.user", "roles/logging.viewer", "roles/monitoring.viewer"]) : "${pair[0]} ${pair[1]}" => { member = pair[0], role = pair[1] } }
  project  = var.project
  role     = each.value.role
  member   = each.value.member

  dynamic "condition" {
    for_each = each.value.role == "roles/datastore.user" ? [local.only_our_database] : []
    content {
      title      = condition.value.title
      expression = condition.value.expression
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "operator" {
  for_each = var.operators
  name     = module.private["initialize-syncing"].service.name
  location = var.region
  role     = "roles/run.viewer" # settings.sh reads the deployed settings there
  member   = each.key
}

resource "google_pubsub_topic_iam_member" "operator" {
  for_each = { for pair in setproduct(var.operators, ["roles/pubsub.publisher", "roles/pubsub.viewer"]) : "${pair[0]} ${pair[1]}" => { member = pair[0], role = pair[1] } }
  topic    = google_pubsub_topic.sync.id
  role     = each.value.role
  member   = each.value.member
}

resource "google_pubsub_subscription_iam_member" "operator" {
  for_each     = var.operators
  subscription = google_pubsub_subscription.dead_letters.id
  role         = "roles/pubsub.subscriber"
  member       = each.key
}

resource "google_secret_manager_secret_iam_member" "operator" {
  for_each  = { for pair in setproduct(var.operators, keys(local.secrets)) : "${pair[0]} ${pair[1]}" => { member = pair[0], secret = local.secrets[pair[1]].secret } }
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}

# Who signed as the calendars' users, and who read a secret, is logged: by the functions, by operators, by anybody
# else. Signing belongs to an interface whose log cannot be switched on but with IAM's. No log is made of reading or
# writing anything else.

resource "google_project_iam_audit_config" "signing" {
  project = var.project
  service = "iam.googleapis.com"

  dynamic "audit_log_config" {
    for_each = ["ADMIN_READ", "DATA_READ"] # as which of the two signing counts, its documentation does not say alike
    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_project_iam_audit_config" "secrets" {
  project = var.project
  service = "secretmanager.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }
}
