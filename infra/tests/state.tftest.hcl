# What is kept: brought back after a loss, and encrypted with a key of one's own where there is one.

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

run "a_backup_outlives_the_database" {
  assert {
    condition     = google_firestore_backup_schedule.daily.database == google_firestore_database.state.name && length(google_firestore_backup_schedule.daily.daily_recurrence) == 1 && google_firestore_backup_schedule.daily.retention == "${28 * 86400}s"
    error_message = "Each day's state is kept for four weeks."
  }
  assert {
    condition     = google_firestore_database.state.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED" && google_firestore_database.state.delete_protection_state == "DELETE_PROTECTION_ENABLED"
    error_message = "Each minute of the last week can be read, and nobody deletes the database by accident."
  }
  assert {
    condition     = length(google_firestore_database.state.cmek_config) == 0 && google_pubsub_topic.sync.kms_key_name == null
    error_message = "Without a key of one's own Google's encrypts."
  }
}

run "a_key_of_ones_own" {
  variables {
    kms_key = "projects/my-keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"
  }
  assert {
    condition = toset(concat(
      google_firestore_database.state.cmek_config[*].kms_key_name,
      google_storage_bucket.source.encryption[*].default_kms_key_name,
      [google_pubsub_topic.sync.kms_key_name, google_pubsub_topic.dead_letters.kms_key_name, google_artifact_registry_repository.functions.kms_key_name],
    )) == toset([var.kms_key])
    error_message = "It encrypts the records, the messages, the archive and the images."
  }
}
