# What each function is given: its settings, its secrets, its limits.

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
  settings             = { WEBHOOK_URL = "https://hook.example.com/", DELETE_GRACE_SECONDS = "600" }
}

run "every_setting_reaches_who_needs_it" {
  assert {
    condition     = join(" ", keys(module.receiver.environment)) == "GOOGLE_CLOUD_PROJECT LOG_EXECUTION_ID SYNC_TOPIC THREADS"
    error_message = "The receiver needs the topic, and no more."
  }
  assert {
    condition     = alltrue([for name, private in module.private : alltrue([for setting in ["GOOGLE_CLOUD_PROJECT", "SYNC_TOPIC", "FIRESTORE_DATABASE", "CALENDAR_SERVICE_ACCOUNT", "DELETE_GRACE_SECONDS"] : contains(keys(private.environment), setting)])])
    error_message = "Each private function needs project, topic, database, the account that acts as users, and the numbers."
  }
  assert {
    condition     = { for name, private in module.private : name => private.environment["NOTIFICATION_URL"] if contains(keys(private.environment), "NOTIFICATION_URL") } == { for name in ["renew-channels", "initialize-syncing"] : name => module.receiver.service.uri }
    error_message = "Who opens channels is told the receiver's own URL, unless another is given, and nobody else is."
  }
  assert {
    condition     = toset([for name, private in module.private : name if lookup(private.environment, "CONFERENCE_SOLUTIONS", "") == var.conference_solutions && lookup(private.environment, "WEBHOOK_URL", "") != ""]) == toset(["sync-calendar", "sweep-calendars", "initialize-syncing"])
    error_message = "Who tells conference systems needs to know which, and how to reach them."
  }
}

run "secrets_come_from_secret_manager" {
  assert {
    condition = { for name, each in merge({ receive-notification = module.receiver }, module.private) : name => join(" ", keys(each.secrets)) } == {
      receive-notification = "CHANNEL_TOKEN_KEYS"
      sync-calendar        = "WEBHOOK_SECRET"
      renew-channels       = "CHANNEL_TOKEN_KEYS"
      sweep-calendars      = "WEBHOOK_SECRET"
      initialize-syncing   = "CHANNEL_TOKEN_KEYS WEBHOOK_SECRET"
    }
    error_message = "A function lacks a secret, or has one that it does not need."
  }
  assert {
    condition     = alltrue(flatten([for each in concat([module.receiver], values(module.private)) : [for version in values(each.secrets) : version != "latest"]]))
    error_message = "Secrets are pinned to a version, so that a new value is a new revision."
  }
  assert {
    condition     = alltrue(flatten([for each in concat([module.receiver], values(module.private)) : [for name in keys(each.environment) : !can(regex("_SECRET$|_KEYS$", name))]]))
    error_message = "No secret may stand among the plain settings."
  }
}

run "limits_leave_room_for_one_another" {
  assert {
    condition     = tonumber(trimsuffix(module.private["sync-calendar"].service.template[0].timeout, "s")) < google_pubsub_subscription.sync.ack_deadline_seconds
    error_message = "Pub/Sub must wait longer than the function is let run, or it delivers again what is under way."
  }
  assert {
    condition     = tonumber(trimsuffix(google_cloud_scheduler_job.sweep.attempt_deadline, "s")) > tonumber(trimsuffix(module.private["sweep-calendars"].service.template[0].timeout, "s")) && tonumber(trimsuffix(google_cloud_scheduler_job.renew.attempt_deadline, "s")) > tonumber(trimsuffix(module.private["renew-channels"].service.template[0].timeout, "s"))
    error_message = "The scheduler must wait longer than the function is let run, or it counts as failed what still works."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : each.environment["THREADS"] == tostring(each.service.template[0].max_instance_request_concurrency)])
    error_message = "There must be a thread for each request that is let in."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : endswith(each.service.build_config[0].base_image, "/python313")])
    error_message = "Each function runs on Python 3.13."
  }
  assert {
    condition     = alltrue([for each in concat([module.receiver], values(module.private)) : lookup(each.service.build_config[0].environment_variables, "SOURCE_DATE_EPOCH", "") != ""])
    error_message = "Each build compiles our code so that it is good whatever date the image gives it."
  }
}

run "each_function_is_built_and_started_as_itself" {
  assert {
    condition     = { for name, each in local.deployed : name => each.service.build_config[0].function_target } == { for name in keys(local.deployed) : name => replace(name, "-", "_") }
    error_message = "Each service is built for the function whose name it has."
  }
  assert {
    condition     = alltrue([for name, each in local.deployed : each.service.template[0].containers[0].image == local.requests[name].imageUri && each.service.build_config[0].image_uri == local.requests[name].imageUri && startswith(local.requests[name].imageUri, "europe-west1-docker.pkg.dev/test-project/calendar-conference-sync/${name}:")])
    error_message = "What runs is what was built, from our own repository."
  }
  assert {
    condition     = alltrue([for name, each in local.deployed : each.service.build_config[0].source_location == "gs://${google_storage_bucket.source.name}/${google_storage_bucket_object.source.name}" && local.requests[name].storageSource.object == google_storage_bucket_object.source.name && local.requests[name].buildpackBuild.functionTarget == each.service.build_config[0].function_target && local.requests[name].serviceAccount == data.google_service_account.build.id])
    error_message = "It is built from the archive, as the account that may do nothing else."
  }
  assert {
    condition     = alltrue([for name, each in local.deployed : each.service.build_config[0].enable_automatic_updates && local.requests[name].buildpackBuild.enableAutomaticUpdates && each.service.template[0].containers[0].base_image_uri == each.service.build_config[0].base_image])
    error_message = "Fixes of the system and of Python come without a deployment."
  }
  assert {
    condition     = alltrue([for each in values(local.deployed) : length(each.service.template[0].containers[0].startup_probe[0].tcp_socket) == 1])
    error_message = "A revision whose settings are refused at its start gets no traffic."
  }
}

run "all_traffic_goes_to_what_is_deployed" {
  assert {
    condition     = alltrue([for each in values(local.deployed) : [for part in each.service.traffic : "${part.type} ${part.percent}"] == ["TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST 100"]])
    error_message = "Unless a canary is named, the newest revision has all requests."
  }
}

run "a_canary_gets_its_part" {
  variables {
    canary = { percent = 10, rest = { sync-calendar = "sync-calendar-00041-abc" } }
  }
  assert {
    condition = { for name, each in local.deployed : name => join(", ", [for part in each.service.traffic : "${part.percent} ${part.revision == null ? "newest" : part.revision}"]) } == {
      receive-notification = "100 newest"
      sync-calendar        = "10 newest, 90 sync-calendar-00041-abc"
      renew-channels       = "100 newest"
      sweep-calendars      = "100 newest"
      initialize-syncing   = "100 newest"
    }
    error_message = "The revision that is named keeps the rest; who is not named moves at once."
  }
  assert {
    condition     = module.private["sync-calendar"].service.scaling[0].max_instance_count == 4
    error_message = "Two revisions have together as many instances as one."
  }
}

run "revisions_are_named_as_a_canary_takes_them" {
  assert {
    condition     = alltrue([for revision in values(output.revisions) : revision == "any-00041-abc"])
    error_message = "Cloud Run says a revision's whole name, and traffic is given to its last part."
  }
}

run "back_to_the_revision_before" {
  variables {
    canary = { percent = 0, rest = { sync-calendar = "sync-calendar-00041-abc" } }
  }
  assert {
    condition     = [for part in module.private["sync-calendar"].service.traffic : "${part.percent} ${part.revision}"] == ["100 sync-calendar-00041-abc"]
    error_message = "With 0 percent the revision that is named has everything."
  }
}

run "no_network_but_googles" {
  assert {
    condition     = alltrue([for each in values(local.deployed) : length(each.service.template[0].vpc_access) == 0])
    error_message = "Without a network nothing goes through one."
  }
}

run "conference_systems_through_a_network" {
  variables {
    network = { network = null, subnetwork = "conferences", egress = "ALL_TRAFFIC" }
  }
  assert {
    condition = { for name, each in local.deployed : name => [for access in each.service.template[0].vpc_access : "${access.egress} ${access.network_interfaces[0].subnetwork}"] if length(each.service.template[0].vpc_access) > 0 } == {
      for name in ["sync-calendar", "sweep-calendars", "initialize-syncing"] : name => ["ALL_TRAFFIC conferences"]
    }
    error_message = "Who calls conference systems does so through the network, and nobody else."
  }
}

run "syncs_leave_room_in_calendars_minute" {
  assert {
    condition     = module.private["sync-calendar"].service.scaling[0].max_instance_count == 4
    error_message = "At full speed, 4 x 34 syncs a second, they stay below 10,000 requests a minute."
  }
}

run "a_higher_quota_is_used" {
  variables {
    calendar_requests_per_minute = 60000
  }
  assert {
    condition     = module.private["sync-calendar"].service.scaling[0].max_instance_count == 26
    error_message = "26 x 34 x 60 = 53,040 requests a minute, nine tenths of 60,000 at most."
  }
}

run "a_small_quota_has_an_instance" {
  variables {
    calendar_requests_per_minute = 600
  }
  assert {
    condition     = module.private["sync-calendar"].service.scaling[0].max_instance_count == 1
    error_message = "Without an instance nothing would ever be synced."
  }
}

run "the_newest_keys_are_deployed" {
  assert {
    condition     = module.receiver.secrets == { CHANNEL_TOKEN_KEYS = "3" } && length(data.google_secret_manager_secret_version.channel_keys[*]) == 1 && !data.google_secret_manager_secret_version.channel_keys.fetch_secret_data
    error_message = "The receiver has the newest version of the keys, which Terraform itself never reads."
  }
}

run "another_address_for_notifications" {
  variables {
    notification_url = "https://sync.example.com/calendar"
  }
  assert {
    condition     = module.private["renew-channels"].environment["NOTIFICATION_URL"] == "https://sync.example.com/calendar" && output.notification_url == "https://sync.example.com/calendar"
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
    condition     = module.private["sync-calendar"].environment["ACME_SYNC_URL"] == "https://acme.example.com/" && contains(keys(module.private["sync-calendar"].secrets), "ACME_SYNC_API_KEY")
    error_message = "Who tells conference systems has the provider's settings and secrets."
  }
}
