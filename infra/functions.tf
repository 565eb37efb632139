# The five functions, and one more where users consent themselves. Their numbers stand in `rows`, what each may do in
# identities.tf.

locals {
  # One row for each function. Memory: measured 93 to 113 MiB after 1,000 requests (bench/RESULTS.md), and a sync
  # holds a page of 100 events for each request under way: 284 MiB when all are the fattest. CPU: less than one
  # would forbid several requests at once, and makes a start several times as long. `keys`: has the keys of
  # channel tokens. `state`: uses Firestore and Calendar. `tells`: calls the conference systems.
  rows = {
    receive-notification = {
      entry_point = "receive_notification"
      memory      = "256Mi"
      # Nearly all of a request is waiting for Pub/Sub: with publishing in 25 ms and 80 callers, 80 threads answer 785
      # requests a second on one core, 32 threads 554; the 48 more take 3 MiB.
      concurrency = 80
      # One publish has 10 s with its retries; Google's own patience is not documented.
      timeout = 30
      # Cloud Run answers 429 when all instances are taken, and Google does not send a notification again that got
      # 429, as it does after 503. So there is room for all that come in the 10 s until a silent Pub/Sub makes 503:
      # 20 x 80 are 160 a second, over four times the average of 100,000 calendars at 30 a day. While it answers, 20
      # instances take some 15,000 a second. This is also the bound of what a flood of forged notifications may cost:
      # 20 x some 2,000 refused in a second are 60 USD in an hour, 58 of them for requests.
      max_instances = 20
      ingress       = "INGRESS_TRAFFIC_ALL" # Google's notifications come from the internet
      keys          = true
      state         = false
      tells         = false
    }
    sync-calendar = {
      entry_point = "sync_calendar"
      memory      = "512Mi"
      # A sync waits for Calendar and the conference system most of its time.
      concurrency = 8
      timeout     = local.sync_timeout
      # What Calendar's minute has room for, see below. Each of its slots may make PROVIDER_CONCURRENCY calls of a
      # conference system. More requests wait in Pub/Sub.
      max_instances = local.sync_instances
      ingress       = "INGRESS_TRAFFIC_INTERNAL_ONLY" # Pub/Sub of the same project counts as internal
      keys          = false
      state         = true
      tells         = true
    }
    renew-channels = {
      entry_point = "renew_channels"
      memory      = "512Mi"
      concurrency = 1
      # As long as the scheduler waits at most (30 minutes): after an outage all channels may end within an hour. It
      # begins no renewal in the last 170 s, and 20,000 at most (functions/flow/renew.py); the rest has an hour's time.
      timeout       = local.renew_timeout
      max_instances = 1 # the scheduler never starts a second run of a job
      ingress       = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      keys          = true
      state         = true
      tells         = false
    }
    sweep-calendars = {
      entry_point   = "sweep_calendars"
      memory        = "512Mi"
      concurrency   = 1
      timeout       = local.sync_timeout # conferences and asks stop by themselves within TIME_LIMIT_SECONDS, together
      max_instances = 1
      ingress       = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      keys          = false
      state         = true
      tells         = true
    }
    initialize-syncing = {
      entry_point = "initialize_syncing"
      memory      = "512Mi"
      concurrency = 8
      timeout     = local.sync_timeout # it makes a first sync
      # People enrol a calendar once; a whole domain that does so at once may wait.
      max_instances = 5
      ingress       = "INGRESS_TRAFFIC_ALL" # the add-on and operators call from outside; IAM says who may
      keys          = true
      state         = true
      tells         = true
    }
    connect-calendar = {
      entry_point = "connect_calendar"
      memory      = "512Mi"
      concurrency = 8
      # A person waits. It asks Google for a token, for a first look at the calendar and for a channel; the first sync
      # it leaves to others.
      timeout = 120
      # People connect once. Also the bound of what a flood may cost: who comes without a signature of ours is turned
      # away before anything is read.
      max_instances = 5
      ingress       = "INGRESS_TRAFFIC_ALL" # people's browsers and the add-on come from the internet
      keys          = true
      state         = true
      tells         = false
    }
  }
  consents  = var.calendar_auth == "oauth"
  functions = { for name, row in local.rows : name => row if name != "connect-calendar" || local.consents }

  # A sync that finds nothing is the fastest, and one request to Calendar: an instance with 8 slots makes 34 a second
  # (8 / (120 ms for Calendar + 3 x 30 ms for Firestore) would be 38). A tenth of the minute at least is left for
  # renewals, the sweep and enrolling. So with 10,000 requests a minute: 9,000 / (34 x 60) = 4.4, or 4 instances,
  # 32 slots and 8,160 requests. Slots in which a sync waits for a burst to end, or for a slow conference system,
  # make none. Reads of many pages may still reach the limit: they are then refused, and come again a minute later.
  syncs_a_second = 34
  sync_instances = max(1, floor(var.calendar_requests_per_minute * 0.9 / (local.syncs_a_second * 60)))

  # In seconds, each with room for the one before: a delivery works until its time limit (TIME_LIMIT_SECONDS), a call
  # that is under way then may take 55 more with its retries, then the function is stopped, then Pub/Sub stops waiting.
  sync_timeout  = local.time_limit_max + 60
  ack_deadline  = 600 # the most that Pub/Sub allows
  renew_timeout = 1770

  common = {
    GOOGLE_CLOUD_PROJECT = var.project
    SYNC_TOPIC           = google_pubsub_topic.sync.name
    LOG_EXECUTION_ID     = "true" # the platform sets it anyway; said here, it is no difference in every plan
  }
  of_state = merge(
    { FIRESTORE_DATABASE = google_firestore_database.state.name, CALENDAR_AUTH = var.calendar_auth },
    local.delegates ? { CALENDAR_SERVICE_ACCOUNT = data.google_service_account.calendar.email } : {},
    local.consents ? { GOOGLE_OAUTH_CLIENT_ID = var.google_oauth_client_id, CONNECT_URL = local.connect_url } : {},
  )
  of_connect = var.addon_client_id == null ? {} : { ADDON_CLIENT_ID = var.addon_client_id }
  of_callers = { for name, listed in local.callers : name => join(",", listed) if length(listed) > 0 }
  of_site    = length(var.site_verification) > 0 ? { SITE_VERIFICATION = join(",", var.site_verification) } : {}
  of_watch   = { NOTIFICATION_URL = coalesce(var.notification_url, module.receiver.service.uri) }
  of_policy  = { for name, value in var.settings : name => value if contains(concat(local.numbers, local.words), name) }
  of_tellers = { for name, value in var.settings : name => value if !contains(keys(local.of_policy), name) }

  # One of Cloud Run's two addresses follows from names, so it is known before there is a function.
  connect_url = coalesce(var.connect_url, "https://connect-calendar-${data.google_project.this.number}.${var.region}.run.app")
}

# Each function is built from the same archive, which holds exactly what deployed.txt lists.
data "archive_file" "source" {
  type        = "zip"
  output_path = "${path.module}/.terraform/functions.zip"

  dynamic "source" {
    for_each = flatten([for pattern in split("\n", trimspace(file("${path.module}/deployed.txt"))) : sort(fileset("${path.module}/..", pattern))])
    content {
      filename = source.value
      content  = join("\n", concat([file("${path.module}/../${source.value}")], source.value == "requirements.txt" ? var.provider_packages : []))
    }
  }
}

resource "google_storage_bucket" "source" {
  #checkov:skip=CKV_GCP_62:An access log of a bucket that only deployments touch would never be read; Cloud Audit Logs has the writes.
  name                        = "${var.project}-functions-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 30 # as long as one may want to look at what was deployed before
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_storage_bucket_object" "source" {
  # Named after its content: other content is another object, and so another deployment.
  name   = "functions-${data.archive_file.source.output_sha256}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.source.output_path
}

resource "google_artifact_registry_repository" "functions" {
  #checkov:skip=CKV_GCP_84:Google's own keys encrypt what is built from a public source; a key of one's own would protect nothing more.
  repository_id = "calendar-conference-sync"
  description   = "What the functions' builds make"
  location      = var.region
  format        = "DOCKER"
  kms_key_name  = var.kms_key

  cleanup_policies {
    id     = "keep the last ones"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3 # to go back to
    }
  }
  cleanup_policies {
    id     = "delete old ones"
    action = "DELETE"
    condition {
      older_than = "2592000s" # 30 days, as the archives
    }
  }
}

locals {
  registry = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.functions.repository_id}"
  base     = "${var.region}-docker.pkg.dev/serverless-runtimes/google-22-full/runtimes/python313"

  # Makes compileall write .pyc that stand as long as their source's content does (py_compile's default, PEP 552);
  # the value is not used. Otherwise they stand as long as its date does, which the image makes 1980: every start
  # would compile our code again. For the requirements the buildpack itself asks for hashes.
  build_environment = { SOURCE_DATE_EPOCH = "315532801" }

  built = { for name, function in local.functions : name => {
    source_location       = "gs://${google_storage_bucket.source.name}/${google_storage_bucket_object.source.name}"
    function_target       = function.entry_point
    base_image            = local.base
    environment_variables = local.build_environment
    service_account       = data.google_service_account.build.id

    # Named after what it is made of: other content is another image, and so another deployment.
    image_uri = "${local.registry}/${name}:${sha256(jsonencode([data.archive_file.source.output_sha256, function.entry_point, local.base, local.build_environment]))}"
  } }

  requests = { for name, built in local.built : name => {
    storageSource  = { bucket = google_storage_bucket.source.name, object = google_storage_bucket_object.source.name }
    imageUri       = built.image_uri
    serviceAccount = built.service_account
    buildpackBuild = {
      functionTarget         = built.function_target
      baseImage              = built.base_image
      enableAutomaticUpdates = true # the image lacks its base, which Cloud Run puts beneath it and keeps up to date
      environmentVariables   = built.environment_variables
    }
  } }
}

module "images" {
  source     = "./images"
  parent     = "projects/${var.project}/locations/${var.region}"
  requests   = local.requests
  depends_on = [google_project_iam_member.build, google_storage_bucket_iam_member.build, google_artifact_registry_repository_iam_member.build]
}

# The receiver first, and the others after it, since they get its URL: so a new key for channel tokens can be
# verified before anybody signs with it.
module "receiver" {
  source          = "./function"
  name            = "receive-notification"
  region          = var.region
  function        = local.functions["receive-notification"]
  built           = local.built["receive-notification"]
  service_account = local.runs_as["receive-notification"]
  environment     = merge(local.common, local.of_site)
  secrets         = local.secrets_of["receive-notification"]
  public          = true
  percent         = local.percent
  rest            = lookup(local.rest, "receive-notification", null)
  depends_on      = [module.images, google_secret_manager_secret_iam_member.function]
}

module "private" {
  source          = "./function"
  for_each        = { for name, function in local.functions : name => function if !contains(local.public, name) }
  name            = each.key
  region          = var.region
  function        = each.value
  built           = local.built[each.key]
  service_account = local.runs_as[each.key]
  environment = merge(
    local.common,
    local.of_state,
    local.of_policy,
    each.value.keys ? local.of_watch : {},
    each.key == "initialize-syncing" ? local.of_callers : {},
    each.value.tells ? merge({ CONFERENCE_SOLUTIONS = var.conference_solutions }, local.of_tellers) : {},
  )
  secrets   = local.secrets_of[each.key]
  invokers  = local.invokers[each.key]
  audiences = each.key == "initialize-syncing" ? local.audiences : []
  network   = each.value.tells ? var.network : null
  percent   = local.percent
  rest      = lookup(local.rest, each.key, null)
  # Nothing asks for what is not indexed yet.
  depends_on = [module.images, google_secret_manager_secret_iam_member.function, google_firestore_field.indexed]
}

# Public, as the receiver is: whoever comes has no identity yet.
module "connect" {
  source          = "./function"
  count           = local.consents ? 1 : 0
  name            = "connect-calendar"
  region          = var.region
  function        = local.rows["connect-calendar"]
  built           = local.built["connect-calendar"]
  service_account = local.runs_as["connect-calendar"]
  environment     = merge(local.common, local.of_state, local.of_policy, local.of_watch, local.of_connect)
  secrets         = local.secrets_of["connect-calendar"]
  public          = true
  percent         = local.percent
  rest            = lookup(local.rest, "connect-calendar", null)
  depends_on      = [module.images, google_secret_manager_secret_iam_member.function, google_firestore_field.indexed]
}

locals {
  percent = try(var.canary.percent, 100)
  rest    = try(var.canary.rest, {})
}
