# The receiver shows Google whose its domain is.

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

run "the_receiver_is_told_of_no_file" {
  assert {
    condition     = length(local.of_site) == 0
    error_message = "Without a file every GET is refused."
  }
}

run "the_receiver_is_told_which_files_to_show" {
  variables {
    notification_url  = "https://sync.example.com/"
    site_verification = ["google0123456789abcdef.html", "googlefedcba9876543210.html"]
  }
  assert {
    condition     = local.of_site["SITE_VERIFICATION"] == "google0123456789abcdef.html,googlefedcba9876543210.html"
    error_message = "Each owner of the domain has a file of their own."
  }
}
