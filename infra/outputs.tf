output "notification_url" {
  description = "Where Calendar sends its notifications."
  value       = local.of_watch.NOTIFICATION_URL
}

output "initialize_url" {
  description = "Where the add-on, or an operator, enrols a calendar."
  value       = module.private["initialize-syncing"].function.service_config[0].uri
}

output "calendar_client_id" {
  description = "Client id of the one service account that acts as the users, for the admin console."
  value       = google_service_account.calendar.unique_id
}

output "calendar_scopes" {
  description = "Scopes that the client id is granted in the admin console. They follow WRITE_BACK among the settings."
  value       = local.calendar_scopes
}

output "admin_console_steps" {
  description = "What an administrator of the Workspace domain does once, without which no calendar can be read."
  value       = <<-EOT
    1. Open https://admin.google.com/ac/owl/domainwidedelegation (Security, Access and data control, API controls,
       Manage domain-wide delegation).
    2. Add new; client id: ${google_service_account.calendar.unique_id}
    3. OAuth scopes: ${join(",", local.calendar_scopes)}
    4. Authorize. It may take some minutes, at most a day, until Google knows it everywhere.
  EOT
}

output "next_steps" {
  description = "What to do after the first deployment."
  value       = <<-EOT
    1. Grant the delegation: see admin_console_steps.
    2. See whether all is well:  eval "$(infra/settings.sh ${var.project} ${var.region})" && python -m functions doctor owner@example.com
    3. Enrol a first calendar:   python -m functions enrol owner@example.com
    4. Watch it:                 ${local.dashboard_url}
  EOT
}

output "dashboard_url" {
  description = "The dashboard."
  value       = local.dashboard_url
}

output "service_updates" {
  description = "What is to be said to Cloud Run, since the API of functions has no words for it: on each line a service and a flag of gcloud run services update. cloudbuild.yaml does it after each apply, because a deployment may undo it."
  value = join("\n", concat(
    var.all_users_forbidden ? ["receive-notification --no-invoker-iam-check"] : [],
    length(var.initialize_audiences) > 0 ? ["initialize-syncing --add-custom-audiences=${join(",", sort(var.initialize_audiences))}"] : [],
  ))
}

locals {
  # As functions/adapters/calendar/auth.py asks for them: no right to change events where none are changed.
  calendar_scopes = [
    "https://www.googleapis.com/auth/calendar.events${lookup(var.settings, "WRITE_BACK", "off") == "off" ? ".readonly" : ""}",
    "https://www.googleapis.com/auth/calendar.calendars.readonly",
  ]
  dashboard_url = "https://console.cloud.google.com/monitoring/dashboards/builder/${reverse(split("/", google_monitoring_dashboard.this.id))[0]}?project=${var.project}"
}
