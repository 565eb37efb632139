# What is measured, and what somebody is told.

mock_provider "google" {
  source = "./tests/mocks"
}
mock_provider "archive" {}
mock_provider "random" {}
override_module {
  target = module.images # it would have them built
}

variables {
  project              = "test-project"
  region               = "europe-west1"
  conference_solutions = "My Web Conference=webhook"
  settings             = { WEBHOOK_URL = "https://hook.example.com/" }
  alert_emails         = ["operators@example.com"]
}

run "metrics_look_at_our_functions_alone" {
  assert {
    condition = alltrue([
      for name, metric in google_logging_metric.this : startswith(metric.filter, "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(\"initialize-syncing\" OR \"receive-notification\" OR \"renew-channels\" OR \"sweep-calendars\" OR \"sync-calendar\") AND (")
      if !contains(["failed_runs", "receiver_errors"], name)
    ])
    error_message = "A line of another service must not be counted."
  }
  assert {
    condition     = [for name, metric in google_logging_metric.this : name if metric.metric_descriptor[0].value_type == "DISTRIBUTION"] == ["parked_for_long", "sync_lag"] && google_logging_metric.this["sync_lag"].value_extractor == "EXTRACT(jsonPayload.lag_s)"
    error_message = "What is measured is a distribution, all else is counted."
  }
  assert {
    condition = alltrue([
      startswith(google_logging_metric.this["failed_runs"].filter, "logName=\"projects/test-project/logs/cloudscheduler.googleapis.com%2Fexecutions\" AND "),
      startswith(google_logging_metric.this["receiver_errors"].filter, "logName=\"projects/test-project/logs/run.googleapis.com%2Frequests\" AND "),
    ])
    error_message = "The scheduler's failures and the receiver's are read in Google's own logs of this project."
  }
}

run "alerts_reach_somebody_and_say_what_to_do" {
  assert {
    condition = alltrue([for alert in concat(values(google_monitoring_alert_policy.line), values(google_monitoring_alert_policy.measured), [
      google_monitoring_alert_policy.behind, google_monitoring_alert_policy.dead_letters,
    ]) : one(alert.notification_channels) == google_monitoring_notification_channel.email["operators@example.com"].name && strcontains(alert.documentation[0].content, "docs/runbook.md#")])
    error_message = "Each alert is sent to those who are named, and names its page of the runbook."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.line)) == toset(keys(local.log_filters.alerts))
    error_message = "Each filter of a line belongs to an alert."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.measured)) == toset(keys(local.rules))
    error_message = "Each group of rules belongs to an alert."
  }
  assert {
    condition     = alltrue(flatten([for name, alert in google_monitoring_alert_policy.measured : [for number, condition in alert.conditions : condition.condition_prometheus_query_language[0].query == local.rules[name][number].expr && condition.condition_prometheus_query_language[0].duration == local.rules[name][number].for]]))
    error_message = "What is asked is what the rules say, and the tests have tried."
  }
  assert {
    condition     = google_monitoring_alert_policy.behind.conditions[0].condition_threshold[0].threshold_value == 600
    error_message = "More than ten minutes behind is told."
  }
}

run "a_private_function_that_is_opened_is_told" {
  assert {
    condition     = startswith(google_monitoring_alert_policy.line["opened"].conditions[0].condition_matched_log[0].filter, "logName=\"projects/test-project/logs/cloudaudit.googleapis.com%2Factivity\" AND protoPayload.serviceName=\"run.googleapis.com\" AND protoPayload.resourceName=~\"/services/(initialize-syncing|renew-channels|sweep-calendars|sync-calendar)$\" AND (") && google_monitoring_alert_policy.line["opened"].severity == "CRITICAL"
    error_message = "Each private function is looked at, and no public one, by its name in the log of who changed what."
  }
}

run "a_first_deployment_meets_no_metric_that_is_too_new" {
  assert {
    condition     = alltrue(flatten([for alert in google_monitoring_alert_policy.measured : [for condition in alert.conditions : condition.condition_prometheus_query_language[0].disable_metric_validation]]))
    error_message = "A condition on a new metric is refused, unless it is not looked for."
  }
  assert {
    condition = alltrue(flatten([for alert in [google_monitoring_alert_policy.behind, google_monitoring_alert_policy.dead_letters] : [
      for condition in alert.conditions : !strcontains(condition.condition_threshold[0].filter, "logging.googleapis.com/user")
    ]]))
    error_message = "Other conditions look at Google's own metrics only."
  }
}

run "no_budget_unless_it_is_asked_for" {
  assert {
    condition     = length(google_billing_budget.month) == 0
    error_message = "A budget needs rights on the billing account, which not every project's owner has."
  }
}

run "a_budget_is_the_projects_own_and_told_in_time" {
  variables {
    budget       = { account = "012345-6789AB-CDEF01", amount = 50 }
    alert_emails = [for number in range(7) : "operator${number}@example.com"]
  }
  assert {
    condition     = one(google_billing_budget.month[0].budget_filter[0].projects) == "projects/123456789012" && google_billing_budget.month[0].amount[0].specified_amount[0].units == "50"
    error_message = "What other projects of the account cost does not count."
  }
  assert {
    condition     = contains([for rule in google_billing_budget.month[0].threshold_rules : rule.spend_basis], "FORECASTED_SPEND") && length(google_billing_budget.month[0].all_updates_rule[0].monitoring_notification_channels) == 5
    error_message = "Before the money is spent, and as many are told as Google allows."
  }
}
