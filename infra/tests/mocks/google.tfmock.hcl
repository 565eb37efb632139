# What Google would make up, where the provider itself looks at its form.

mock_data "google_project" {
  defaults = { number = "123456789012" }
}

mock_data "google_secret_manager_secret_version" {
  defaults = { version = "3" }
}

mock_data "google_service_account" {
  defaults = { name = "projects/test-project/serviceAccounts/any@test-project.iam.gserviceaccount.com" }
}

mock_data "google_service_account_iam_policy" {
  defaults = { policy_data = "{}" }
}

override_data {
  target = data.google_service_account.calendar
  values = { name = "projects/test-project/serviceAccounts/user@test-project.iam.gserviceaccount.com" }
}

mock_resource "google_cloud_run_v2_service" {
  defaults = { latest_ready_revision = "projects/test-project/locations/europe-west1/services/any/revisions/any-00041-abc" }
}
