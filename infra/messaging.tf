# Sync requests on their way to sync_calendar, and those that never got through.

resource "google_pubsub_topic" "sync" {
  #checkov:skip=CKV_GCP_83:A message holds ids of calendar and channel; Google's own keys encrypt it, and it is gone within days.
  name         = "calendar-sync"
  kms_key_name = var.kms_key
}

# A plain push subscription, not an Eventarc trigger: it can be given a deadline, a backoff and dead letters of its
# own. functions-framework makes a CloudEvent of what is pushed.
resource "google_pubsub_subscription" "sync" {
  name  = "sync-calendar"
  topic = google_pubsub_topic.sync.id

  ack_deadline_seconds       = local.ack_deadline
  message_retention_duration = "604800s" # 7 days: an outage over a long weekend loses nothing

  push_config {
    push_endpoint = module.private["sync-calendar"].service.uri
    oidc_token {
      service_account_email = data.google_service_account.push.email
      audience              = module.private["sync-calendar"].service.uri
    }
  }

  # A delivery fails where nothing could be stored, or once for a quick retry. Cloud Run's 429, when all instances
  # are taken, counts as one too.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = 100 # the most that Pub/Sub allows; from then on the sweep owns the calendar
  }

  expiration_policy {
    ttl = "" # never, however quiet the calendars are
  }

  depends_on = [module.private] # who may call it is settled by then
}

resource "google_pubsub_topic" "dead_letters" {
  #checkov:skip=CKV_GCP_83:As the topic above.
  name         = "calendar-sync-dead-letters"
  kms_key_name = var.kms_key
}

# Without a subscription a dead-letter topic keeps nothing.
resource "google_pubsub_subscription" "dead_letters" {
  name                       = "calendar-sync-dead-letters"
  topic                      = google_pubsub_topic.dead_letters.id
  ack_deadline_seconds       = 60         # for a person who reads one
  message_retention_duration = "2678400s" # 31 days, the most that Pub/Sub allows

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself moves the letters: it takes them off the one and publishes them to the other.
resource "google_pubsub_topic_iam_member" "dead_letters" {
  topic  = google_pubsub_topic.dead_letters.id
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  subscription = google_pubsub_subscription.sync.id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
