# What a month may cost before somebody is told. It ends nothing: Google's budgets only tell.

resource "google_billing_budget" "month" {
  count           = var.budget == null ? 0 : 1
  billing_account = var.budget.account
  display_name    = "Calendar Conference Sync in ${var.project}"

  budget_filter {
    projects = ["projects/${data.google_project.this.number}"]
  }

  amount {
    specified_amount {
      units = tostring(var.budget.amount) # in the billing account's currency
    }
  }

  threshold_rules {
    threshold_percent = 0.9
  }
  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND" # while there is time to do something about it
  }

  # Beside them, those who administer the billing account are told anyway.
  dynamic "all_updates_rule" {
    for_each = length(local.alerted) > 0 ? [slice(local.alerted, 0, min(5, length(local.alerted)))] : [] # 5 at most
    content {
      monitoring_notification_channels = all_updates_rule.value
    }
  }
}
