# What runs by the clock. Both work off whatever is due, so a run that is lost is made up for by the next.

resource "google_cloud_scheduler_job" "sweep" {
  name             = "sweep-calendars"
  description      = "Finds what the notifications missed"
  region           = var.region
  schedule         = "*/5 * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.sync_timeout + 30}s" # longer than the function is let run

  # No retry: in five minutes it runs again.
  retry_config {
    retry_count = 0
  }

  http_target {
    uri         = module.private["sweep-calendars"].service.uri
    http_method = "POST"
    oidc_token {
      service_account_email = data.google_service_account.schedule.email
      audience              = module.private["sweep-calendars"].service.uri
    }
  }
}

resource "google_cloud_scheduler_job" "renew" {
  name             = "renew-channels"
  description      = "Replaces the channels that end soon"
  region           = var.region
  schedule         = "17 * * * *" # not at the full hour, when everybody's jobs call Google
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.renew_timeout + 30}s" # 30 minutes, the most that the scheduler allows

  # A channel has two days left when its renewal is first tried, so this only shortens a trouble that shows.
  retry_config {
    retry_count          = 2
    min_backoff_duration = "60s"
    max_backoff_duration = "300s"
  }

  http_target {
    uri         = module.private["renew-channels"].service.uri
    http_method = "POST"
    oidc_token {
      service_account_email = data.google_service_account.schedule.email
      audience              = module.private["renew-channels"].service.uri
    }
  }
}
