# What is measured, and what somebody is told.

mock_provider "google" {
  source = "./tests/mocks"
}
mock_provider "archive" {}
mock_provider "random" {}

variables {
  project              = "test-project"
  region               = "europe-west1"
  conference_solutions = "My Web Conference=webhook"
  settings             = { WEBHOOK_URL = "https://hook.example.com/" }
  alert_emails         = ["operators@example.com"]
}

run "metrics_look_at_our_functions_alone" {
  assert {
    condition     = alltrue([for metric in google_logging_metric.this : startswith(metric.filter, "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=( \"initialize-syncing\" OR \"receive-notification\" OR \"renew-channels\" OR \"sweep-calendars\" OR \"sync-calendar\" ) AND (")])
    error_message = "A line of another service must not be counted."
  }
  assert {
    condition     = [for name, metric in google_logging_metric.this : name if metric.metric_descriptor[0].value_type == "DISTRIBUTION"] == ["sync_lag"] && google_logging_metric.this["sync_lag"].value_extractor == "EXTRACT(jsonPayload.lag_s)"
    error_message = "The lag is a distribution, all else is counted."
  }
}

run "alerts_reach_somebody_and_say_what_to_do" {
  assert {
    condition = alltrue([for alert in concat(values(google_monitoring_alert_policy.line), [
      google_monitoring_alert_policy.push_is_dead, google_monitoring_alert_policy.behind,
      google_monitoring_alert_policy.dead_letters, google_monitoring_alert_policy.schedule_stopped, google_monitoring_alert_policy.sweep_behind,
    ]) : one(alert.notification_channels) == google_monitoring_notification_channel.email["operators@example.com"].name && strcontains(alert.documentation[0].content, "docs/runbook.md#")])
    error_message = "Each alert is sent to those who are named, and names its page of the runbook."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.line)) == toset(keys(local.log_filters.alerts))
    error_message = "Each filter of a line belongs to an alert."
  }
  assert {
    condition     = google_monitoring_alert_policy.behind.conditions[0].condition_threshold[0].threshold_value == 600
    error_message = "More than ten minutes behind is told."
  }
}

run "a_first_deployment_meets_no_metric_that_is_too_new" {
  assert {
    condition     = alltrue([for condition in concat(google_monitoring_alert_policy.push_is_dead.conditions, google_monitoring_alert_policy.sweep_behind.conditions) : condition.condition_prometheus_query_language[0].disable_metric_validation])
    error_message = "A condition on a new metric is refused, unless it is not looked for."
  }
  assert {
    condition = alltrue(flatten([for alert in [google_monitoring_alert_policy.behind, google_monitoring_alert_policy.dead_letters, google_monitoring_alert_policy.schedule_stopped] : [
      for condition in alert.conditions : !strcontains(try(condition.condition_threshold[0].filter, condition.condition_absent[0].filter), "logging.googleapis.com/user")
    ]]))
    error_message = "Other conditions look at Google's own metrics only."
  }
}
