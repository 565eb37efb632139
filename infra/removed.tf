# Accounts, the grants on them, and keys were made by Terraform before, which had the keys in its state. bootstrap.sh has
# them now, and all stays as it is: docs/runbook.md#deployed-before-keys-and-accounts-were-bootstraps.

removed {
  from = google_service_account.function
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account.calendar
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account.push
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account.schedule
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account.build
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_project_iam_custom_role.signs_for_users
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account_iam_member.signs_for_users
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account_iam_member.operator
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account_iam_member.push_tokens
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_service_account_iam_member.schedule_tokens
  lifecycle {
    destroy = false
  }
}
removed {
  from = random_password.channel_key
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_secret_manager_secret.channel_keys
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_secret_manager_secret_version.channel_keys
  lifecycle {
    destroy = false
  }
}
removed {
  from = random_password.grant_key
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_secret_manager_secret.grant_keys
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_secret_manager_secret_version.grant_keys
  lifecycle {
    destroy = false
  }
}
