# An alert for each thing that an operator has to do something about; docs/runbook.md has a section for each.

locals {
  alerted = [for channel in google_monitoring_notification_channel.email : channel.name]

  # Each alert's text is what to do about it, and where that is described in full. The first are told by a line of a log.
  told = {
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
    token_ends = {
      title = "a conference system's token ends"
      text  = "The token that a conference system gave us for good has less than two weeks left. When it has ended, no change reaches that system."
      page  = "a-conference-systems-token-ends"
    }
    opened = {
      title = "a private function was opened"
      text  = "Somebody lets everybody call a function that only the scheduler, Pub/Sub or named callers may call: its invoker check was turned off, or all users were made invokers. The log entry says who and which. A deployment closes it again."
      page  = "a-private-function-was-opened"
    }
  }

  # These are told by the groups of rules.yaml.
  measured = {
    schedule_stopped = {
      title    = "the schedule has stopped"
      text     = "The sweep or the renewal of channels has not come to an end, or never ran. Nothing makes up for lost notifications now, and channels will end."
      page     = "the-schedule-has-stopped"
      severity = "ERROR"
    }
    runs_fail = {
      title    = "runs of the schedule fail"
      text     = "The scheduler calls the sweep or the renewal of channels and gets no good answer, three times within an hour."
      page     = "runs-of-the-schedule-fail"
      severity = "WARNING"
    }
    sweep_behind = {
      title    = "the sweep does not get through"
      text     = "More is due than the sweep may look at or ask for in its time. The oldest comes first, so all of it is done, but late."
      page     = "the-sweep-does-not-get-through"
      severity = "WARNING"
    }
    push_is_dead = {
      title    = "notifications do not come"
      text     = "The sweep finds changes for which no notification came, so they arrive up to SYNC_EVERY_SECONDS and a quarter late."
      page     = "notifications-do-not-come"
      severity = "WARNING"
    }
    receiver_fails = {
      title    = "the receiver refuses notifications"
      text     = "The receiver answers 429, and Google does not send these notifications again; or 5xx again and again. What is lost, the sweep finds, up to SYNC_EVERY_SECONDS and a quarter late."
      page     = "the-receiver-refuses-notifications"
      severity = "ERROR"
    }
    provider_fails = {
      title    = "a conference system has failed for hours"
      text     = "A conference system has answered nothing for three hours. All changes for it are held back, and pushed within an hour once it is back."
      page     = "a-conference-system-has-failed-for-hours"
      severity = "ERROR"
    }
    stays_parked = {
      title    = "more conferences stay parked"
      text     = "Since yesterday more conferences have been parked for longer than a day: their system refused a change, or they are gone. They are not kept until their event changes, or somebody has them tried again."
      page     = "more-conferences-stay-parked"
      severity = "WARNING"
    }
  }
  rules = { for group in yamldecode(file("${path.module}/rules.yaml")).groups : group.name => group.rules }
}

# A line in the log is enough for these. A condition on a log-based metric would not do: it is refused while the
# metric is not ten minutes old, so a first deployment would fail.
resource "google_monitoring_alert_policy" "line" {
  for_each              = local.told
  display_name          = "Calendar sync: ${each.value.title}"
  combiner              = "OR"
  severity              = each.key == "opened" ? "CRITICAL" : contains(["deletions_withheld", "project_refused", "system_refuses"], each.key) ? "ERROR" : "WARNING"
  notification_channels = local.alerted

  conditions {
    display_name = each.value.title
    condition_matched_log {
      filter           = "${local.logs[try(local.log_filters.alerts[each.key].log, "functions")]} AND (${local.log_filters.alerts[each.key].filter})"
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

resource "google_monitoring_alert_policy" "measured" {
  for_each              = local.measured
  display_name          = "Calendar sync: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.alerted

  dynamic "conditions" {
    for_each = local.rules[each.key]
    content {
      display_name = conditions.value.alert
      condition_prometheus_query_language {
        query                     = conditions.value.expr
        evaluation_interval       = "300s"
        duration                  = conditions.value.for
        disable_metric_validation = true # on a first deployment the metrics are too new to be known
      }
    }
  }

  documentation {
    subject   = each.value.title
    content   = "${each.value.text}\n\nWhat to do: docs/runbook.md#${each.value.page}"
    mime_type = "text/markdown"
  }

  # A first deployment takes long, and that the schedule stands still is told a quarter of an hour after this is made.
  depends_on = [google_logging_metric.this, google_cloud_scheduler_job.sweep, google_cloud_scheduler_job.renew]
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
    content   = "A sync request was delivered a hundred times in vain. The sweep owns its calendar now; the letter says which it is.\n\nWhat to do: docs/runbook.md#there-are-dead-letters"
    mime_type = "text/markdown"
  }
}
