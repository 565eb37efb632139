# Who deploys acts as the named accounts alone, and never as the one that acts as the users.

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
  operators            = ["user:ann@example.com"]
}

run "the_deployer_acts_as_exactly_what_is_deployed" {
  assert {
    condition     = toset([for line in split("\n", file("accounts.txt")) : split(" ", line)[0] if can(regex("^[a-z-]+ +yes ", line))]) == setunion(keys(local.rows), [for account in [data.google_service_account.push, data.google_service_account.schedule, data.google_service_account.build] : account.account_id]) && length(regexall("(?m)^calendar-sync-user +service_account ", file("accounts.txt"))) == 1
    error_message = "The deploying account acts as an account that nothing runs as, or cannot deploy what does."
  }
}

run "a_deployer_that_could_have_its_tokens" {
  command = plan
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"roles/iam.serviceAccountTokenCreator\",\"members\":[\"serviceAccount:calendar-sync-deploy@test-project.iam.gserviceaccount.com\"]}]}" }
  }
  expect_failures = [data.google_service_account_iam_policy.calendar]
}

run "a_deployer_that_could_sign_as_it" {
  command = plan
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"projects/test-project/roles/calendarSyncSignsForUsers\",\"members\":[\"serviceAccount:calendar-sync-deploy@test-project.iam.gserviceaccount.com\"]}]}" }
  }
  expect_failures = [data.google_service_account_iam_policy.calendar]
}

run "a_deployer_that_could_run_something_as_it" {
  command = plan
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"roles/iam.serviceAccountUser\",\"members\":[\"serviceAccount:calendar-sync-deploy@test-project.iam.gserviceaccount.com\"]}]}" }
  }
  expect_failures = [data.google_service_account_iam_policy.calendar]
}

run "somebody_who_is_no_operator_any_more" {
  command = plan
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"projects/test-project/roles/calendarSyncSignsForUsers\",\"members\":[\"user:ben@example.com\"]}]}" }
  }
  expect_failures = [data.google_service_account_iam_policy.calendar]
}

run "an_operator_signs" {
  command = plan
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"projects/test-project/roles/calendarSyncSignsForUsers\",\"members\":[\"user:ann@example.com\"]}]}" }
  }
  assert {
    condition     = length(local.for_users) == 5
    error_message = "Operators sign, and the four functions that read calendars."
  }
}

run "shared_calendars_are_read_by_what_is_deployed_as_their_account" {
  command = plan
  variables {
    calendar_auth = "service_account"
  }
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"roles/iam.serviceAccountUser\",\"members\":[\"serviceAccount:calendar-sync-deploy@test-project.iam.gserviceaccount.com\"]}]}" }
  }
  assert {
    condition     = length(local.for_users) == 2
    error_message = "Functions run as it, and operators act as it."
  }
}

run "with_consent_nobody_is_anything_to_it" {
  command = plan
  variables {
    calendar_auth          = "oauth"
    google_oauth_client_id = "1-abc.apps.googleusercontent.com"
  }
  override_data {
    target = data.google_service_account_iam_policy.calendar
    values = { policy_data = "{\"bindings\":[{\"role\":\"projects/test-project/roles/calendarSyncSignsForUsers\",\"members\":[\"user:ann@example.com\"]}]}" }
  }
  expect_failures = [data.google_service_account_iam_policy.calendar]
}
