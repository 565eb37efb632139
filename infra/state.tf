# Where every calendar and conference stands. functions/adapters/stores/firestore.py names the queries.

resource "google_firestore_database" "state" {
  #checkov:skip=CKV_GCP_127:Google's own keys encrypt it unless kms_key says otherwise; a key of one's own could be lost, and every hold with it.
  name        = var.firestore_database
  location_id = coalesce(var.firestore_location, var.region)
  type        = "FIRESTORE_NATIVE"

  # Without its holds the service could not know which conferences are still carried: nothing deletes them by
  # accident, and each state of the last 7 days can be read again.
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  dynamic "cmek_config" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = cmek_config.value
    }
  }
}

# Recovery to a point in time ends with the database, and after 7 days. A backup outlives both.
resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.state.name
  retention = "2419200s" # 28 days

  daily_recurrence {}
}

locals {
  # The fields that queries ask for; no query asks for two, so there is no composite index.
  indexed = {
    enrolments  = { user = "ASCENDING", due_at = "ASCENDING", ends_at = "ASCENDING" }
    rests       = { until = "DESCENDING" }
    grants      = {}
    conferences = { due_at = "ASCENDING", refused_at = "ASCENDING", event_keys = "CONTAINS", calendar_keys = "CONTAINS" }
  }
  indexes = merge([for collection, fields in local.indexed : {
    for field, kind in fields : "${collection}.${field}" => { collection = collection, field = field, kind = kind }
  }]...)
}

# Nothing else is indexed: an index entry is written, and paid for by its size, with each of a record's many fields
# and with each element of its lists, and one on a time that always grows bounds a collection to 500 writes a second.
resource "google_firestore_field" "exempt" {
  for_each   = local.indexed
  database   = google_firestore_database.state.name
  collection = each.key
  field      = "*"

  index_config {}
}

resource "google_firestore_field" "indexed" {
  for_each   = local.indexes
  database   = google_firestore_database.state.name
  collection = each.value.collection
  field      = each.value.field

  index_config {
    indexes {
      query_scope  = "COLLECTION"
      order        = each.value.kind == "CONTAINS" ? null : each.value.kind
      array_config = each.value.kind == "CONTAINS" ? each.value.kind : null
    }
  }
}

# A deleted conference is remembered until its events can no longer come back from the trash, and one whose events are
# over for half a year more (functions/core/expiry.py says why); one of an endless series has no such time. A user's rest goes
# once it is over.
resource "google_firestore_field" "expiry" {
  for_each   = toset(["conferences", "rests"])
  database   = google_firestore_database.state.name
  collection = each.key
  field      = "expires_at"

  index_config {}
  ttl_config {}
}
