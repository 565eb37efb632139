# What is refused; that each refusal says what to do, tests/infra/test_variables.py looks at.

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
}

run "an_http_notification_url" {
  command = plan
  variables {
    notification_url = "http://sync.example.com/"
  }
  expect_failures = [var.notification_url]
}

run "no_solutions" {
  command = plan
  variables {
    conference_solutions = " ; "
  }
  expect_failures = [var.conference_solutions]
}

run "a_zone_for_a_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "a_secret_in_the_settings" {
  command = plan
  variables {
    settings = { WEBHOOK_URL = "https://hook.example.com/", WEBHOOK_SECRET = "whsec_c2VjcmV0" }
  }
  expect_failures = [var.settings]
}

run "everybody_may_enrol" {
  command = plan
  variables {
    initialize_callers = ["allUsers"]
  }
  expect_failures = [var.initialize_callers]
}

run "a_time_limit_that_does_not_fit" {
  command = plan
  variables {
    settings = { WEBHOOK_URL = "https://hook.example.com/", TIME_LIMIT_SECONDS = "600" }
  }
  expect_failures = [var.settings]
}

run "a_canary_with_everything" {
  command = plan
  variables {
    canary = { percent = 100, rest = { sync-calendar = "sync-calendar-00041-abc" } }
  }
  expect_failures = [var.canary]
}

run "a_canary_of_nobody" {
  command = plan
  variables {
    canary = { percent = 10, rest = {} }
  }
  expect_failures = [var.canary]
}

run "a_revision_of_another_function" {
  command = plan
  variables {
    canary = { percent = 10, rest = { sync-calendar = "sweep-calendars-00041-abc" } }
  }
  expect_failures = [var.canary]
}

run "a_network_without_a_way" {
  command = plan
  variables {
    network = { network = "default", subnetwork = null, egress = "all-traffic" }
  }
  expect_failures = [var.network]
}
