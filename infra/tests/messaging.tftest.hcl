# How sync requests travel, and what becomes of those that never get through; what runs by the clock; what is kept.

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

run "retry_is_on" {
  assert {
    condition     = google_pubsub_subscription.sync.retry_policy[0].minimum_backoff == "10s" && google_pubsub_subscription.sync.retry_policy[0].maximum_backoff == "600s"
    error_message = "A request that failed must come again, with pauses."
  }
  assert {
    condition     = google_pubsub_subscription.sync.push_config[0].oidc_token[0].service_account_email == data.google_service_account.push.email && google_pubsub_subscription.sync.push_config[0].push_endpoint == module.private["sync-calendar"].service.uri
    error_message = "Requests are pushed to sync_calendar with an identity token."
  }
  assert {
    condition     = google_pubsub_subscription.sync.expiration_policy[0].ttl == "" && google_pubsub_subscription.dead_letters.expiration_policy[0].ttl == ""
    error_message = "No subscription may expire, however quiet the calendars are."
  }
}

run "dead_letters_are_kept" {
  assert {
    condition     = google_pubsub_subscription.sync.dead_letter_policy[0].max_delivery_attempts == 100 && google_pubsub_subscription.sync.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead_letters.id
    error_message = "After a hundred deliveries a request is a dead letter."
  }
  assert {
    condition     = google_pubsub_subscription.dead_letters.topic == google_pubsub_topic.dead_letters.id && google_pubsub_subscription.dead_letters.message_retention_duration == "2678400s" && length(google_pubsub_subscription.dead_letters.push_config) == 0
    error_message = "A subscription keeps the dead letters for as long as Pub/Sub can."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.dead_letters.role == "roles/pubsub.publisher" && google_pubsub_topic_iam_member.dead_letters.topic == google_pubsub_topic.dead_letters.id && google_pubsub_topic_iam_member.dead_letters.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    error_message = "Pub/Sub's agent must be able to publish to the dead-letter topic."
  }
  assert {
    condition     = google_pubsub_subscription_iam_member.dead_letters.role == "roles/pubsub.subscriber" && google_pubsub_subscription_iam_member.dead_letters.subscription == google_pubsub_subscription.sync.id && google_pubsub_subscription_iam_member.dead_letters.member == google_pubsub_topic_iam_member.dead_letters.member
    error_message = "Pub/Sub's agent must be able to take a request off the subscription."
  }
}

run "the_schedule" {
  assert {
    condition     = google_cloud_scheduler_job.sweep.schedule == "*/5 * * * *" && google_cloud_scheduler_job.renew.schedule == "17 * * * *"
    error_message = "The sweep runs every five minutes, the renewal every hour."
  }
  assert {
    condition     = alltrue([for job in [google_cloud_scheduler_job.sweep, google_cloud_scheduler_job.renew] : job.http_target[0].oidc_token[0].service_account_email == data.google_service_account.schedule.email && job.http_target[0].uri == module.private[job.name].service.uri])
    error_message = "Each job calls its function with an identity token."
  }
}

run "the_state_is_safe" {
  assert {
    condition     = google_firestore_database.state.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.state.deletion_policy == "ABANDON" && google_firestore_database.state.location_id == "europe-west1"
    error_message = "The database must survive whatever is done to the rest."
  }
  assert {
    condition     = alltrue([for field in google_firestore_field.exempt : field.field == "*" && length(field.index_config[0].indexes) == 0])
    error_message = "Fields that no query asks for are not indexed."
  }
  assert {
    condition     = contains(keys(google_firestore_field.exempt), "grants")
    error_message = "Nothing of a grant is indexed."
  }
  assert {
    condition     = toset([for field in google_firestore_field.indexed : "${field.collection}.${field.field}"]) == toset(["enrolments.user", "enrolments.due_at", "enrolments.ends_at", "rests.until", "conferences.due_at", "conferences.refused_at", "conferences.event_keys", "conferences.calendar_keys"])
    error_message = "The fields that queries ask for are indexed."
  }
}
