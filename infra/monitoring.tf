# What operators see of the service: metrics counted from its log lines, one dashboard, and an alert for each thing
# that an operator has to do something about. log_filters.json holds what is looked for in the lines, since the tests
# run it on lines that the code has really written; docs/logs.md lists these.

locals {
  log_filters = jsondecode(file("${path.module}/log_filters.json"))

  our_logs = join(" ", [
    "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(",
    join(" OR ", [for name in sort(keys(local.functions)) : "\"${name}\""]),
    ")",
  ])
  metric_prefix = "calendar_sync_"
}

resource "google_logging_metric" "this" {
  for_each         = local.log_filters.metrics
  name             = "${local.metric_prefix}${each.key}"
  description      = each.value.description
  filter           = "${local.our_logs} AND (${each.value.filter})"
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

locals {
  alerted = [for channel in google_monitoring_notification_channel.email : channel.name]

  # As PromQL names a log-based metric.
  promql = { for name in keys(local.log_filters.metrics) : name => "logging_googleapis_com:user_${local.metric_prefix}${name}" }
  on_run = "monitored_resource=\"cloud_run_revision\""

  # Each alert's text is what to do about it, and where that is described in full.
  alerts = {
    channel_ends = {
      title = "a channel is about to end unrenewed"
      text  = "A calendar's channel has less than a day left, or there is none, and its renewal fails. Afterwards changes of this calendar are only found by the sweep."
      page  = "a-channel-is-about-to-end-unrenewed"
    }
    access_lost = {
      title = "access to a calendar is lost"
      text  = "A calendar could not be read five times in a row, over twenty minutes or more: its user, the grant in the admin console, or the role is gone. It is tried ever more seldom, once a day in the end, and its conferences are not kept meanwhile."
      page  = "access-to-a-calendar-is-lost"
    }
    calendar_fails = {
      title = "a calendar has failed for an hour"
      text  = "Every sync of a calendar has failed for more than an hour. It is tried once an hour now, and its conferences are not kept meanwhile. Its messages are answered, so there are no dead letters of it."
      page  = "a-calendar-has-failed-for-an-hour"
    }
    project_refused = {
      title = "Google refuses the project"
      text  = "Google refuses us, whichever calendar is asked for: an API is off, the day's quota is spent, or the right to sign for the users is gone. No change reaches a conference until that is mended; then all of them do."
      page  = "google-refuses-the-project"
    }
    system_refuses = {
      title = "a conference system refuses all changes"
      text  = "A conference system does not take our credentials, or has refused five conferences one after the other and taken none between: a secret, a path or a right is wrong. Nothing is lost: all changes are held back, and pushed within minutes once it takes them again."
      page  = "a-conference-system-refuses-all-changes"
    }
    deletions_withheld = {
      title = "a mass deletion is withheld"
      text  = "After a full read of a calendar most of its events seemed to have let go of their conferences. None was released. Look whether that is true, then confirm it."
      page  = "a-mass-deletion-is-withheld"
    }
  }
}

# A line in the log is enough for these. A condition on a log-based metric would not do: it is refused while the
# metric is not ten minutes old, so a first deployment would fail.
resource "google_monitoring_alert_policy" "line" {
  for_each              = local.alerts
  display_name          = "Calendar sync: ${each.value.title}"
  combiner              = "OR"
  severity              = contains(["deletions_withheld", "project_refused", "system_refuses"], each.key) ? "ERROR" : "WARNING"
  notification_channels = local.alerted

  conditions {
    display_name = each.value.title
    condition_matched_log {
      filter           = "${local.our_logs} AND (${local.log_filters.alerts[each.key].filter})"
      label_extractors = local.log_filters.alerts[each.key].labels
    }
  }

  alert_strategy {
    auto_close = "604800s" # a week: by then seven messages have been sent
    notification_rate_limit {
      period = "86400s" # what lasts says so again and again: once a day is enough
    }
  }

  documentation {
    subject   = each.value.title
    content   = "${each.value.text}\n\nWhat to do: docs/runbook.md#${each.value.page}"
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_alert_policy" "push_is_dead" {
  display_name          = "Calendar sync: notifications do not come"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.alerted

  # Google drops a notification now and then, so one change that only the sweep found is nothing. But the calendar is
  # then read again within eight hours, and else after a day (functions/core/cadence.py): two such reads within two
  # days are a channel that is dead.
  conditions {
    display_name = "A calendar changes only by sweep"
    condition_prometheus_query_language {
      query                     = "max(sum by (calendar_id) (increase(${local.promql.untold}{${local.on_run}}[2d]))) > 1"
      evaluation_interval       = "300s"
      duration                  = "0s"
      disable_metric_validation = true # on a first deployment the metrics are too new to be known
    }
  }

  # As long as two reads of those in the day's sample, an eighth of all calendars: changes were found, and no
  # notification came at all.
  conditions {
    display_name = "No notification comes in"
    condition_prometheus_query_language {
      query                     = "sum(increase(${local.promql.untold}{${local.on_run}}[12h])) > 0 unless sum(increase(${local.promql.notifications}{${local.on_run},outcome=\"accepted\"}[12h])) > 0"
      evaluation_interval       = "300s"
      duration                  = "0s"
      disable_metric_validation = true
    }
  }

  documentation {
    subject   = "Notifications do not come"
    content   = "The sweep finds changes for which no notification came, so they arrive up to SYNC_EVERY_SECONDS and a quarter late.\n\nWhat to do: docs/runbook.md#notifications-do-not-come"
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_alert_policy" "behind" {
  display_name          = "Calendar sync: more than 10 minutes behind"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.alerted

  conditions {
    display_name = "A sync request has waited for more than 10 minutes"
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.sync.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = 600
      duration        = "0s"
      aggregations {
        alignment_period   = "60s" # as often as Pub/Sub says it
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    subject   = "Syncs are more than 10 minutes behind"
    content   = "Sync requests wait, or fail and come again: Calendar, a conference system or Firestore is down or refuses us.\n\nWhat to do: docs/runbook.md#syncs-are-behind"
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "Calendar sync: dead letters"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.alerted

  conditions {
    display_name = "There are dead letters"
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead_letters.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    subject   = "There are dead letters"
    content   = "A sync request was delivered ten times in vain. The sweep owns its calendar now; the letter says which it is.\n\nWhat to do: docs/runbook.md#there-are-dead-letters"
    mime_type = "text/markdown"
  }
}

# After an outage a sweep or two may leave something: a sweep comes every five minutes, so ten of an hour's twelve are
# a load that stays.
resource "google_monitoring_alert_policy" "sweep_behind" {
  display_name          = "Calendar sync: the sweep does not get through"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.alerted

  conditions {
    display_name = "Sweeps leave something for an hour"
    condition_prometheus_query_language {
      query                     = "sum(increase(${local.promql.sweeps}{${local.on_run},left=\"true\"}[1h])) >= 10"
      evaluation_interval       = "300s"
      duration                  = "0s"
      disable_metric_validation = true # on a first deployment the metrics are too new to be known
    }
  }

  documentation {
    subject   = "The sweep does not get through"
    content   = "More is due than the sweep may look at or ask for in its time. The oldest comes first, so all of it is done, but late.\n\nWhat to do: docs/runbook.md#the-sweep-does-not-get-through"
    mime_type = "text/markdown"
  }
}

# All that is promised holds as long as the sweep runs.
resource "google_monitoring_alert_policy" "schedule_stopped" {
  display_name          = "Calendar sync: the schedule has stopped"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.alerted

  dynamic "conditions" {
    # In seconds: six sweeps and three renewals that did not come to a good end.
    for_each = { sweep-calendars = 1800, renew-channels = 10800 }
    content {
      display_name = "${conditions.key} has not succeeded"
      condition_absent {
        filter   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${conditions.key}\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"2xx\""
        duration = "${conditions.value}s"
        aggregations {
          alignment_period     = "300s"
          per_series_aligner   = "ALIGN_DELTA"
          cross_series_reducer = "REDUCE_SUM" # whichever revision answered
        }
      }
    }
  }

  documentation {
    subject   = "The schedule has stopped"
    content   = "The sweep or the renewal of channels does not run, or fails every time. Nothing makes up for lost notifications now, and channels will end.\n\nWhat to do: docs/runbook.md#the-schedule-has-stopped"
    mime_type = "text/markdown"
  }
}
