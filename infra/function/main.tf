# One function: a service of Cloud Run.

terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

resource "google_cloud_run_v2_service" "this" {
  name                 = var.name # with hyphens: a service takes no underscores
  location             = var.region
  ingress              = var.function.ingress
  invoker_iam_disabled = var.public # where an organisation forbids allUsers this is the way, and elsewhere Google's advice
  custom_audiences     = var.audiences
  deletion_protection  = false # it keeps nothing, and connect_calendar goes when calendars are read in another way

  build_config {
    source_location          = var.built.source_location
    function_target          = var.built.function_target
    image_uri                = var.built.image_uri
    base_image               = var.built.base_image
    enable_automatic_updates = true
    environment_variables    = var.built.environment_variables
    service_account          = var.built.service_account
  }

  # Of all revisions together: while two share the traffic, there are not twice as many.
  scaling {
    max_instance_count = var.function.max_instances
  }

  template {
    service_account                  = var.service_account
    timeout                          = "${var.function.timeout}s"
    max_instance_request_concurrency = var.function.concurrency

    scaling {
      min_instance_count = 0 # a start takes about 0.4 s (bench/RESULTS.md), which nobody minds
      max_instance_count = var.function.max_instances
    }

    containers {
      image          = var.built.image_uri
      base_image_uri = var.built.base_image # security fixes of the system and of Python come without a deployment

      resources {
        limits            = { cpu = "1", memory = var.function.memory }
        cpu_idle          = true
        startup_cpu_boost = false # a start is one thread's work: a second processor, which costs, would idle
      }

      # The host listens once the function is loaded and its settings are found good. A revision that does not get
      # there is given no traffic; else Cloud Run would wait four minutes for it.
      startup_probe {
        timeout_seconds   = 60
        period_seconds    = 60
        failure_threshold = 1
        tcp_socket {
          port = 8080
        }
      }

      dynamic "env" {
        # A thread for each request that may be under way, where functions-framework would make four.
        for_each = merge(var.environment, { THREADS = tostring(var.function.concurrency) })
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value.secret
              version = env.value.version
            }
          }
        }
      }
    }

    dynamic "vpc_access" {
      for_each = var.network[*]
      content {
        egress = vpc_access.value.egress
        network_interfaces {
          network    = vpc_access.value.network
          subnetwork = vpc_access.value.subnetwork
        }
      }
    }
  }

  # The newest revision has all requests, or its part; then the one that is named has the rest.
  dynamic "traffic" {
    for_each = var.percent > 0 || var.rest == null ? [var.rest == null ? 100 : var.percent] : []
    content {
      type    = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
      percent = traffic.value
    }
  }
  dynamic "traffic" {
    for_each = var.rest[*]
    content {
      type     = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = traffic.value
      percent  = 100 - var.percent
    }
  }
}

# Whoever else was let in, by hand or by mistake, is no more after a deployment.
resource "google_cloud_run_v2_service_iam_binding" "invokers" {
  count    = var.public ? 0 : 1
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  members  = var.invokers
}
