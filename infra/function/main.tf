# One function of the second generation.

terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

resource "google_cloudfunctions2_function" "this" {
  name     = var.name # with hyphens: it is the name of the Cloud Run service, too, which takes no underscores
  location = var.built.region

  build_config {
    runtime           = "python313"
    entry_point       = var.function.entry_point
    docker_repository = var.built.repository
    service_account   = var.built.service_account

    # Makes compileall write .pyc that stand as long as their source's content does (py_compile's default, PEP 552);
    # the value is not used. Otherwise they stand as long as its date does, which the image makes 1980: every start
    # would compile our code again. For the requirements the buildpack itself asks for hashes.
    environment_variables = { SOURCE_DATE_EPOCH = "315532801" }

    source {
      storage_source {
        bucket = var.built.bucket
        object = var.built.object
      }
    }

    # Security fixes of the system and of Python come without a deployment.
    automatic_update_policy {}
  }

  service_config {
    service_account_email            = var.service_account
    available_memory                 = var.function.memory
    available_cpu                    = "1"
    max_instance_request_concurrency = var.function.concurrency
    timeout_seconds                  = var.function.timeout
    min_instance_count               = 0 # a start takes about 0.4 s (bench/RESULTS.md), which nobody minds
    max_instance_count               = var.function.max_instances
    ingress_settings                 = var.function.ingress
    all_traffic_on_latest_revision   = true

    # A thread for each request that may be under way, where functions-framework would make four.
    environment_variables = merge(var.environment, { THREADS = tostring(var.function.concurrency) })

    dynamic "secret_environment_variables" {
      for_each = var.secrets
      content {
        key        = secret_environment_variables.key
        project_id = var.built.project
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }
}
