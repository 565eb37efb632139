output "notification_url" {
  description = "Where Calendar sends its notifications."
  value       = local.of_watch.NOTIFICATION_URL
}

output "initialize_url" {
  description = "Where the add-on, or an operator, enrols a calendar."
  value       = module.private["initialize-syncing"].service.uri
}

output "calendar_client_id" {
  description = "Client id of the one service account that acts as the users, for the admin console of each domain."
  value       = local.delegates ? data.google_service_account.calendar.unique_id : null
}

output "calendar_account" {
  description = "The account that people share their calendars with, where calendar_auth is service_account."
  value       = var.calendar_auth == "service_account" ? data.google_service_account.calendar.email : null
}

output "connect_url" {
  description = "Where people connect their calendar: the add-on's property CONNECT_URL."
  value       = local.consents ? local.connect_url : null
}

output "connect_redirect_uri" {
  description = "What the OAuth client must have among its authorised redirect URIs, to the letter."
  value       = local.consents ? "${local.connect_url}/callback" : null
}

output "calendar_scopes" {
  description = "Scopes that the client id is granted in the admin console, or that users consent to. They follow WRITE_BACK among the settings."
  value       = local.calendar_scopes
}

output "admin_console_steps" {
  description = "What an administrator of each Workspace domain does once, without which none of its calendars can be read."
  value       = !local.delegates ? null : <<-EOT
    1. Open https://admin.google.com/ac/owl/domainwidedelegation (Security, Access and data control, API controls,
       Manage domain-wide delegation).
    2. Add new; client id: ${data.google_service_account.calendar.unique_id}
    3. OAuth scopes: ${join(",", local.calendar_scopes)}
    4. Authorize. It may take some minutes, at most a day, until Google knows it everywhere.
    Administrators of further domains enter the same: see docs/domains.md.
    For enrol --from directory alone, one more scope: https://www.googleapis.com/auth/admin.directory.user.readonly; and
      gcloud services enable admin.googleapis.com --project=${var.project}
    Take the scope back when all are enrolled.
  EOT
}

output "next_steps" {
  description = "What to do after the first deployment."
  value       = <<-EOT
    1. ${local.first_step}
    2. See whether all is well:  eval "$(infra/settings.sh ${var.project} ${var.region})" && python -m functions doctor owner@example.com
    3. Enrol a first calendar:   python -m functions enrol owner@example.com
    4. Watch it:                 ${local.dashboard_url}
  EOT
}

output "dashboard_url" {
  description = "The dashboard."
  value       = local.dashboard_url
}

output "revisions" {
  description = "The newest revision of each function, such as `canary` names to keep it."
  value       = { for name, each in local.deployed : name => basename(each.service.latest_ready_revision) }
}

locals {
  deployed = merge({ receive-notification = module.receiver }, module.private, { for each in module.connect : "connect-calendar" => each })

  # As functions/adapters/calendar/auth.py and functions/core/consent.py ask for them: no right to change events where
  # none are changed.
  writes = lookup(var.settings, "WRITE_BACK", "off") != "off"
  calendar_scopes = local.consents ? [
    "openid", "email", "https://www.googleapis.com/auth/calendar.events.owned${local.writes ? "" : ".readonly"}",
    ] : [
    "https://www.googleapis.com/auth/calendar.events${local.writes ? "" : ".readonly"}",
    "https://www.googleapis.com/auth/calendar.calendars.readonly",
  ]
  first_step = {
    delegation      = "Grant the delegation: see admin_console_steps."
    service_account = "Have the calendars shared with ${data.google_service_account.calendar.email}, with the right to make changes to events."
    oauth           = "Give the OAuth client the redirect URI ${local.connect_url}/callback; people connect at ${local.connect_url} (docs/connect.md)."
  }[var.calendar_auth]
  dashboard_url = "https://console.cloud.google.com/monitoring/dashboards/builder/${reverse(split("/", google_monitoring_dashboard.this.id))[0]}?project=${var.project}"
}
