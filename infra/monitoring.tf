# What operators see of the service: metrics counted from log lines, one dashboard, and who is told of alerts.
# log_filters.json holds what is looked for in the lines, since the tests run it on lines that the code has really
# written, and on some of Google's; docs/logs.md lists our own.

locals {
  log_filters = jsondecode(file("${path.module}/log_filters.json"))

  # Each log that is looked into, with the names of this deployment in its filter.
  named = {
    FUNCTIONS = join(" OR ", [for name in sort(keys(local.functions)) : "\"${name}\""])
    PRIVATE   = join("|", [for name in sort(keys(local.functions)) : name if !contains(local.public, name)])
    PROJECT   = var.project
  }
  logs = {
    for log, filter in local.log_filters.logs :
    log => replace(replace(replace(filter, "FUNCTIONS", local.named.FUNCTIONS), "PRIVATE", local.named.PRIVATE), "PROJECT", local.named.PROJECT)
  }
  metric_prefix = "calendar_sync_"
}

resource "google_logging_metric" "this" {
  for_each         = local.log_filters.metrics
  name             = "${local.metric_prefix}${each.key}"
  description      = each.value.description
  filter           = "${local.logs[try(each.value.log, "functions")]} AND (${each.value.filter})"
  label_extractors = try(each.value.labels, {})
  value_extractor  = try(each.value.value, null)

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = can(each.value.value) ? "DISTRIBUTION" : "INT64"
    unit        = try(each.value.unit, "1")

    dynamic "labels" {
      for_each = try(each.value.labels, {})
      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  # From a tenth of a second to a day, each bucket twice as wide as the one before.
  dynamic "bucket_options" {
    for_each = can(each.value.value) ? [true] : []
    content {
      exponential_buckets {
        scale              = 0.1
        growth_factor      = 2
        num_finite_buckets = 20
      }
    }
  }
}

# Google sends people back with a code in the address, and a link to connect has a ticket in it: both would stand in
# Cloud Run's log of requests. The function's own lines have neither.
resource "google_logging_project_exclusion" "connecting" {
  count       = local.consents ? 1 : 0
  name        = "connect-calendar-requests"
  description = "Addresses with codes and tickets of people who connect their calendar"
  filter      = "logName=\"projects/${var.project}/logs/run.googleapis.com%2Frequests\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"connect-calendar\""
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = file("${path.module}/dashboard.json")
}

resource "google_monitoring_notification_channel" "email" {
  for_each     = var.alert_emails
  display_name = "Calendar Conference Sync: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
}
