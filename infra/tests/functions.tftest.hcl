# What each function is given: its settings, its secrets, its limits.

mock_provider "google" {
  source = "./tests/mocks"
}
mock_provider "archive" {}
mock_provider "random" {}

variables {
  project              = "test-project"
  region               = "europe-west1"
  conference_solutions = "My Web Conference=webhook"
  settings             = { WEBHOOK_URL = "https://hook.example.com/", DELETE_GRACE_SECONDS = "600" }
}

run "every_setting_reaches_who_needs_it" {
  assert {
    condition     = keys(module.receiver.function.service_config[0].environment_variables) == tolist(["GOOGLE_CLOUD_PROJECT", "LOG_EXECUTION_ID", "SYNC_TOPIC", "THREADS"])
    error_message = "The receiver needs the topic, and no more."
  }
  assert {
    condition     = alltrue([for name, private in module.private : alltrue([for setting in ["GOOGLE_CLOUD_PROJECT", "SYNC_TOPIC", "FIRESTORE_DATABASE", "CALENDAR_SERVICE_ACCOUNT", "DELETE_GRACE_SECONDS"] : contains(keys(private.function.service_config[0].environment_variables), setting)])])
    error_message = "Each private function needs project, topic, database, the account that acts as users, and the numbers."
  }
  assert {
    condition     = { for name, private in module.private : name => private.function.service_config[0].environment_variables["NOTIFICATION_URL"] if contains(keys(private.function.service_config[0].environment_variables), "NOTIFICATION_URL") } == { for name in ["renew-channels", "initialize-syncing"] : name => module.receiver.function.service_config[0].uri }
    error_message = "Who opens channels is told the receiver's own URL, unless another is given, and nobody else is."
  }
  assert {
    condition     = toset([for name, private in module.private : name if lookup(private.function.service_config[0].environment_variables, "CONFERENCE_SOLUTIONS", "") == var.conference_solutions && lookup(private.function.service_config[0].environment_variables, "WEBHOOK_URL", "") != ""]) == toset(["sync-calendar", "sweep-calendars", "initialize-syncing"])
    error_message = "Who tells conference systems needs to know which, and how to reach them."
  }
}

run "secrets_come_from_secret_manager" {
  assert {
    condition = { for name, each in merge({ receive-notification = module.receiver }, module.private) : name => join(" ", sort([for secret in each.function.service_config[0].secret_environment_variables : secret.key])) } == {
      receive-notification = "CHANNEL_TOKEN_KEYS"
      sync-calendar        = "WEBHOOK_SECRET"
      renew-channels       = "CHANNEL_TOKEN_KEYS"
      sweep-calendars      = "WEBHOOK_SECRET"
      initialize-syncing   = "CHANNEL_TOKEN_KEYS WEBHOOK_SECRET"
    }
    error_message = "A function lacks a secret, or has one that it does not need."
  }
  assert {
    condition     = alltrue(flatten([for each in concat([module.receiver], values(module.private)) : [for secret in each.function.service_config[0].secret_environment_variables : secret.version != "latest"]]))
    error_message = "Secrets are pinned to a version, so that a new value is a new revision."
  }
  assert {
    condition     = alltrue(flatten([for each in concat([module.receiver], values(module.private)) : [for name in keys(each.function.service_config[0].environment_variables) : !can(regex("_SECRET$|_KEYS$", name))]]))
    error_message = "No secret may stand among the plain settings."
  }
}

run "limits_leave_room_for_one_another" {
  assert {
    condition     = module.private["sync-calendar"].function.service_config[0].timeout_seconds < google_pubsub_subscription.sync.ack_deadline_seconds
    error_message = "Pub/Sub must wait longer than the function is let run, or it delivers again what is under way."
  }
  assert {
    condition     = tonumber(trimsuffix(google_cloud_scheduler_job.sweep.attempt_deadline, "s")) > module.private["sweep-calendars"].function.service_config[0].timeout_seconds && tonumber(trimsuffix(google_cloud_scheduler_job.renew.attempt_deadline, "s")) > module.private["renew-channels"].function.service_config[0].timeout_seconds
    error_message = "The scheduler must wait longer than the function is let run, or it counts as failed what still works."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : each.function.service_config[0].environment_variables["THREADS"] == tostring(each.function.service_config[0].max_instance_request_concurrency)])
    error_message = "There must be a thread for each request that is let in."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : each.function.build_config[0].runtime == "python313"])
    error_message = "Each function runs on Python 3.13."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : lookup(each.function.build_config[0].environment_variables, "SOURCE_DATE_EPOCH", "") != ""])
    error_message = "Each build compiles our code so that it is good whatever date the image gives it."
  }
}

run "syncs_leave_room_in_calendars_minute" {
  assert {
    condition     = module.private["sync-calendar"].function.service_config[0].max_instance_count == 4
    error_message = "At full speed, 4 x 34 syncs a second, they stay below 10,000 requests a minute."
  }
}

run "a_higher_quota_is_used" {
  variables {
    calendar_requests_per_minute = 60000
  }
  assert {
    condition     = module.private["sync-calendar"].function.service_config[0].max_instance_count == 26
    error_message = "26 x 34 x 60 = 53,040 requests a minute, nine tenths of 60,000 at most."
  }
}

run "a_small_quota_has_an_instance" {
  variables {
    calendar_requests_per_minute = 600
  }
  assert {
    condition     = module.private["sync-calendar"].function.service_config[0].max_instance_count == 1
    error_message = "Without an instance nothing would ever be synced."
  }
}

run "the_newest_keys_are_deployed" {
  assert {
    condition     = alltrue([for secret in module.receiver.function.service_config[0].secret_environment_variables : secret.version == "3" && secret.secret == "channel-token-keys"]) && length(data.google_secret_manager_secret_version.channel_keys[*]) == 1 && !data.google_secret_manager_secret_version.channel_keys.fetch_secret_data
    error_message = "The receiver has the newest version of the keys, which Terraform itself never reads."
  }
}

run "another_address_for_notifications" {
  variables {
    notification_url = "https://sync.example.com/calendar"
  }
  assert {
    condition     = module.private["renew-channels"].function.service_config[0].environment_variables["NOTIFICATION_URL"] == "https://sync.example.com/calendar" && output.notification_url == "https://sync.example.com/calendar"
    error_message = "An address of one's own domain takes the place of the function's."
  }
}

run "zoom_needs_the_secret_of_its_app" {
  variables {
    conference_solutions = "uri:https://zoom.us/=zoom"
    settings             = { ZOOM_ACCOUNT_ID = "a", ZOOM_CLIENT_ID = "c" }
  }
  assert {
    condition     = keys(data.google_secret_manager_secret_version.provider) == ["ZOOM_CLIENT_SECRET"]
    error_message = "The secret that Zoom cannot do without is found by itself."
  }
}

run "webex_needs_two_secrets" {
  variables {
    conference_solutions = "Webex=webex"
    settings             = { WEBEX_CLIENT_ID = "c" }
  }
  assert {
    condition     = keys(data.google_secret_manager_secret_version.provider) == ["WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN"]
    error_message = "The secrets that Webex cannot do without are found by themselves."
  }
}

run "janus_without_webhook_needs_no_webhook_secret" {
  variables {
    conference_solutions = "uri:https://janus.example.com/=janus"
    settings             = { JANUS_ADMIN_URL = "https://janus.example.com/admin" }
  }
  assert {
    condition     = keys(data.google_secret_manager_secret_version.provider) == ["JANUS_ADMIN_SECRET"]
    error_message = "Only the secrets of the providers in use are looked for."
  }
}

run "a_provider_of_others" {
  variables {
    conference_solutions = "Acme Meet=acme_sync:Provider"
    provider_packages    = ["acme-sync==1.0 --hash=sha256:${sha256("acme")}"]
    settings             = { ACME_SYNC_URL = "https://acme.example.com/" }
    secrets              = ["ACME_SYNC_API_KEY"]
  }
  assert {
    condition     = one([for source in data.archive_file.source.source : strcontains(source.content, "\nacme-sync==1.0") if source.filename == "requirements.txt"])
    error_message = "The functions are built with the provider's package."
  }
  assert {
    condition     = module.private["sync-calendar"].function.service_config[0].environment_variables["ACME_SYNC_URL"] == "https://acme.example.com/" && contains([for secret in module.private["sync-calendar"].function.service_config[0].secret_environment_variables : secret.key], "ACME_SYNC_API_KEY")
    error_message = "Who tells conference systems has the provider's settings and secrets."
  }
}
