# Whose rights calendars are read with: users who consent themselves, or calendars that are shared. identities.tftest.hcl
# has delegation.

mock_provider "google" {
  source = "./tests/mocks"
}
mock_provider "archive" {}
mock_provider "random" {}
override_module {
  target = module.images # it would have them built
}

variables {
  project                = "test-project"
  region                 = "europe-west1"
  conference_solutions   = "My Web Conference=webhook"
  settings               = { WEBHOOK_URL = "https://hook.example.com/", WRITE_BACK = "off" }
  operators              = ["user:ann@example.com"]
  calendar_auth          = "oauth"
  google_oauth_client_id = "1-abc.apps.googleusercontent.com"
  addon_client_id        = "2-abc.apps.googleusercontent.com"
}

run "users_connect_at_a_sixth_function" {
  assert {
    condition     = [for each in module.connect : [each.service.name, each.service.build_config[0].function_target, each.service.ingress]] == [["connect-calendar", "connect_calendar", "INGRESS_TRAFFIC_ALL"]]
    error_message = "People's browsers reach connect_calendar."
  }
  assert {
    condition     = toset([for name, each in local.deployed : name if each.service.invoker_iam_disabled]) == toset(["receive-notification", "connect-calendar"])
    error_message = "Everybody may connect and notify, and call nothing else."
  }
  assert {
    condition     = alltrue(flatten([for each in values(local.deployed) : [for who in each.invokers : !startswith(who, "all")]]))
    error_message = "The others stay private."
  }
}

run "who_connects_users_has_an_account_of_its_own" {
  assert {
    condition     = module.connect[0].service.template[0].service_account == data.google_service_account.function["connect-calendar"].email && length(distinct([for account in data.google_service_account.function : account.email])) == 6
    error_message = "connect_calendar runs as nobody else."
  }
  assert {
    condition     = contains(keys(google_pubsub_topic_iam_member.publisher), "connect-calendar") && google_project_iam_member.state["connect-calendar"].condition[0].expression == "resource.name == \"projects/test-project/databases/(default)\""
    error_message = "It asks for the first sync and keeps the grant, in our database alone."
  }
}

run "who_reads_calendars_has_what_grants_need" {
  assert {
    condition = { for name, each in merge({ receive-notification = module.receiver, connect-calendar = module.connect[0] }, module.private) : name => join(" ", keys(each.secrets)) } == {
      receive-notification = "CHANNEL_TOKEN_KEYS"
      connect-calendar     = "CHANNEL_TOKEN_KEYS GOOGLE_OAUTH_CLIENT_SECRET GRANT_KEYS"
      sync-calendar        = "GOOGLE_OAUTH_CLIENT_SECRET GRANT_KEYS WEBHOOK_SECRET"
      renew-channels       = "CHANNEL_TOKEN_KEYS GOOGLE_OAUTH_CLIENT_SECRET GRANT_KEYS"
      sweep-calendars      = "GOOGLE_OAUTH_CLIENT_SECRET GRANT_KEYS WEBHOOK_SECRET"
      initialize-syncing   = "CHANNEL_TOKEN_KEYS GOOGLE_OAUTH_CLIENT_SECRET GRANT_KEYS WEBHOOK_SECRET"
    }
    error_message = "A function lacks a secret, or has one that it does not need."
  }
  assert {
    condition     = toset([for key, grant in google_secret_manager_secret_iam_member.function : trimprefix(key, "connect-calendar.") if startswith(key, "connect-calendar.")]) == toset(["CHANNEL_TOKEN_KEYS", "GOOGLE_OAUTH_CLIENT_SECRET", "GRANT_KEYS"])
    error_message = "connect_calendar reads no secret of a conference system."
  }
  assert {
    condition     = alltrue([for each in concat(values(module.private), module.connect) : each.environment["CALENDAR_AUTH"] == "oauth" && each.environment["GOOGLE_OAUTH_CLIENT_ID"] == var.google_oauth_client_id && each.environment["CONNECT_URL"] == "https://connect-calendar-123456789012.europe-west1.run.app" && !contains(keys(each.environment), "CALENDAR_SERVICE_ACCOUNT")])
    error_message = "Who reads calendars needs the client's id, and where to send people."
  }
  assert {
    condition     = module.connect[0].environment["ADDON_CLIENT_ID"] == var.addon_client_id && module.connect[0].environment["NOTIFICATION_URL"] == module.receiver.service.uri && module.connect[0].environment["WRITE_BACK"] == "off"
    error_message = "connect_calendar knows the add-on, where channels lead, and which scopes are needed."
  }
  assert {
    condition     = !anytrue([for each in values(module.private) : contains(keys(each.environment), "ADDON_CLIENT_ID")])
    error_message = "Nobody else is asked by the add-on who is connected."
  }
}

run "codes_and_tickets_are_not_logged" {
  assert {
    condition     = [for exclusion in google_logging_project_exclusion.connecting : exclusion.filter] == ["logName=\"projects/test-project/logs/run.googleapis.com%2Frequests\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"connect-calendar\""]
    error_message = "The log of requests of this function, and of no other, is left out."
  }
}

run "an_address_of_ones_own_domain" {
  variables {
    connect_url     = "https://connect.example.com"
    addon_client_id = null
  }
  assert {
    condition     = output.connect_url == "https://connect.example.com" && output.connect_redirect_uri == "https://connect.example.com/callback" && strcontains(output.next_steps, "https://connect.example.com/callback") && module.connect[0].environment["CONNECT_URL"] == "https://connect.example.com"
    error_message = "People connect at an address of one's own, and the OAuth client must know it."
  }
  assert {
    condition     = !contains(keys(module.connect[0].environment), "ADDON_CLIENT_ID")
    error_message = "Without an add-on no identity token is believed."
  }
}

run "users_consent_to_as_little_as_is_needed" {
  assert {
    condition     = output.calendar_scopes == tolist(["openid", "email", "https://www.googleapis.com/auth/calendar.events.owned.readonly"]) && output.admin_console_steps == null && output.calendar_client_id == null
    error_message = "Their own calendars' events, to read; no administrator has to do anything."
  }
}

run "calendars_are_shared_with_one_account" {
  variables {
    calendar_auth          = "service_account"
    google_oauth_client_id = null
    addon_client_id        = null
  }
  assert {
    condition     = length(module.connect) == 0 && length(google_logging_project_exclusion.connecting) == 0 && [for name, each in local.deployed : name if each.service.invoker_iam_disabled] == ["receive-notification"]
    error_message = "Nobody connects anything."
  }
  assert {
    condition     = alltrue([for each in values(module.private) : each.service.template[0].service_account == data.google_service_account.calendar.email && each.environment["CALENDAR_AUTH"] == "service_account" && !contains(keys(each.environment), "CALENDAR_SERVICE_ACCOUNT")])
    error_message = "A channel is stopped only by who opened it: they run as the account that calendars are shared with."
  }
  assert {
    condition     = keys(data.google_service_account.function) == ["receive-notification"] && module.receiver.service.template[0].service_account == data.google_service_account.function["receive-notification"].email
    error_message = "The receiver reads no calendar, so it is not that account."
  }
  assert {
    condition     = alltrue([for grant in values(google_project_iam_member.state) : grant.member == "serviceAccount:${data.google_service_account.calendar.email}"]) && alltrue([for key, grant in google_secret_manager_secret_iam_member.function : (grant.member == "serviceAccount:${data.google_service_account.calendar.email}") == !startswith(key, "receive-notification.")])
    error_message = "What the functions use, the account that runs them may use."
  }
  assert {
    condition     = output.calendar_account == data.google_service_account.calendar.email && output.admin_console_steps == null && strcontains(output.next_steps, data.google_service_account.calendar.email)
    error_message = "People must be told whom to share with."
  }
}

run "delegation_connects_nobody" {
  variables {
    calendar_auth = "delegation"
  }
  assert {
    condition     = length(module.connect) == 0 && !contains(keys(data.google_service_account.function), "connect-calendar") && length(google_logging_project_exclusion.connecting) == 0 && length(data.google_secret_manager_secret_version.consent) == 0
    error_message = "Where an administrator grants, nothing of consent is made."
  }
  assert {
    condition     = toset([for name, private in module.private : name if private.environment["CALENDAR_AUTH"] == "delegation" && private.environment["CALENDAR_SERVICE_ACCOUNT"] == data.google_service_account.calendar.email]) == toset(keys(module.private))
    error_message = "Each acts as the users by the one account that the administrator knows."
  }
}

run "no_client_to_consent_to" {
  command = plan
  variables {
    google_oauth_client_id = null
  }
  expect_failures = [var.google_oauth_client_id]
}

run "a_mode_that_there_is_not" {
  command = plan
  variables {
    calendar_auth = "anonymous"
  }
  expect_failures = [var.calendar_auth]
}
