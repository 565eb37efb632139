# Who may do what: one account for each function, nothing public but the receiver, no role wider than needed.

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
  conference_solutions = "My Web Conference=webhook;uri:https://janus.example.com/=janus"
  settings             = { WEBHOOK_URL = "https://hook.example.com/", JANUS_URL = "https://janus.example.com/janus" }
  secrets              = ["JANUS_API_SECRET"]
  initialize_callers   = ["serviceAccount:add-on@other-project.iam.gserviceaccount.com"]
  operators            = ["group:operators@example.com"]
}

run "only_the_receiver_is_public" {
  assert {
    condition     = { for name, each in local.deployed : name => each.service.ingress if each.service.invoker_iam_disabled } == { receive-notification = "INGRESS_TRAFFIC_ALL" }
    error_message = "The receiver must be open to everybody, and nobody else: Google's notifications carry no identity."
  }
  assert {
    condition     = toset([for name, private in module.private : name if private.service.ingress != "INGRESS_TRAFFIC_INTERNAL_ONLY"]) == toset(["initialize-syncing"])
    error_message = "Of the private functions only initialize-syncing may be reached from outside the project."
  }
}

run "an_organisation_without_allusers" {
  assert {
    condition     = alltrue(flatten([for each in values(local.deployed) : [for who in each.invokers : !startswith(who, "all")]]))
    error_message = "Nothing is granted to allUsers, so an organisation may forbid it."
  }
}

run "every_function_has_its_own_account" {
  assert {
    condition     = length(distinct(concat([module.receiver.service.template[0].service_account], [for private in module.private : private.service.template[0].service_account]))) == 5
    error_message = "Two functions run as the same account."
  }
  assert {
    condition     = alltrue([for name, private in module.private : private.service.template[0].service_account == data.google_service_account.function[name].email])
    error_message = "A function runs as another's account."
  }
  assert {
    condition     = length(distinct([for account in concat(values(data.google_service_account.function), [data.google_service_account.calendar, data.google_service_account.push, data.google_service_account.schedule, data.google_service_account.build]) : account.account_id])) == 9
    error_message = "Two identities share an account."
  }
}

run "no_primitive_roles" {
  assert {
    condition = alltrue([for grant in concat(
      values(google_project_iam_member.state), [google_project_iam_member.build], values(google_project_iam_member.operator),
    ) : !contains(["roles/owner", "roles/editor", "roles/viewer"], grant.role)])
    error_message = "owner, editor and viewer are wider than anything here needs."
  }
  assert {
    condition     = toset([for grant in concat(values(google_project_iam_member.state), [google_project_iam_member.build], values(google_project_iam_member.operator)) : grant.role]) == toset(["roles/datastore.user", "roles/logging.logWriter", "roles/logging.viewer", "roles/monitoring.viewer"])
    error_message = "What is granted on the whole project is only what cannot be granted on less."
  }
  assert {
    condition     = alltrue([for grant in concat(values(google_project_iam_member.state), values(google_project_iam_member.operator)) : grant.condition[0].expression == "resource.name == \"projects/test-project/databases/(default)\"" if grant.role == "roles/datastore.user"])
    error_message = "The right to use Firestore must be narrowed to our database."
  }
  assert {
    condition     = alltrue([for grant in concat(values(google_project_iam_member.state), [google_project_iam_member.build], values(google_project_iam_member.operator)) : strcontains(file("rights.txt"), "\"${grant.role}\"")])
    error_message = "The deploying account may give this role only if rights.txt names it."
  }
}

run "who_builds_reads_the_archive_and_no_other_bucket" {
  assert {
    condition     = google_storage_bucket_iam_member.build.bucket == google_storage_bucket.source.name && google_storage_bucket_iam_member.build.role == "roles/storage.objectViewer" && google_artifact_registry_repository_iam_member.build.repository == google_artifact_registry_repository.functions.id
    error_message = "What builds the functions runs what their packages say, so it must be able to do little."
  }
}

run "each_function_may_do_its_duty_and_no_more" {
  assert {
    condition     = toset(keys(google_project_iam_member.state)) == toset(["sync-calendar", "renew-channels", "sweep-calendars", "initialize-syncing"])
    error_message = "All but the receiver use Firestore."
  }
  assert {
    condition     = toset(keys(google_pubsub_topic_iam_member.publisher)) == toset(keys(data.google_service_account.function)) && alltrue([for grant in google_pubsub_topic_iam_member.publisher : grant.role == "roles/pubsub.publisher"])
    error_message = "Each function publishes sync requests."
  }
  assert {
    condition = toset(keys(google_secret_manager_secret_iam_member.function)) == toset(concat(
      [for name in ["receive-notification", "renew-channels", "initialize-syncing"] : "${name}.CHANNEL_TOKEN_KEYS"],
      [for pair in setproduct(["sync-calendar", "sweep-calendars", "initialize-syncing"], ["WEBHOOK_SECRET", "JANUS_API_SECRET"]) : join(".", pair)],
    ))
    error_message = "A secret is readable by who does not need it, or not by who does."
  }
}

run "signing_and_the_reading_of_secrets_leave_a_trace" {
  assert {
    condition     = google_project_iam_audit_config.signing.service == "iam.googleapis.com" && toset([for log in google_project_iam_audit_config.signing.audit_log_config : log.log_type]) == toset(["ADMIN_READ", "DATA_READ"])
    error_message = "Whoever signs as the users is logged."
  }
  assert {
    condition     = google_project_iam_audit_config.secrets.service == "secretmanager.googleapis.com" && [for log in google_project_iam_audit_config.secrets.audit_log_config : log.log_type] == ["DATA_READ"]
    error_message = "Whoever reads a secret is logged."
  }
  assert {
    condition     = alltrue([for audited in [google_project_iam_audit_config.signing, google_project_iam_audit_config.secrets] : alltrue([for log in audited.audit_log_config : length(coalesce(log.exempted_members, [])) == 0])])
    error_message = "Nobody is left out of the log."
  }
}

run "operators_are_named_to_the_function" {
  variables {
    operators            = ["group:operators@example.com", "user:ben@example.com", "user:ann@example.com"]
    initialize_callers   = ["domain:example.com", "user:carl@example.com", "serviceAccount:add-on@other-project.iam.gserviceaccount.com"]
    initialize_audiences = ["1-a.apps.googleusercontent.com"]
  }
  assert {
    condition     = module.private["initialize-syncing"].environment["OPERATORS"] == "add-on@other-project.iam.gserviceaccount.com,ann@example.com,ben@example.com"
    error_message = "Operators of the function are the people named as such, and service accounts that may call it: no group, no domain, no other caller."
  }
  assert {
    condition     = endswith(module.private["initialize-syncing"].environment["INITIALIZE_AUDIENCES"], ",https://initialize-syncing-123456789012.europe-west1.run.app,https://europe-west1-test-project.cloudfunctions.net/initialize-syncing,1-a.apps.googleusercontent.com")
    error_message = "Tokens may name the function's own addresses, and the audiences that are given."
  }
  assert {
    condition     = toset([for name, private in module.private : name if anytrue([for setting in ["OPERATORS", "INITIALIZE_AUDIENCES"] : contains(keys(private.environment), setting)])]) == toset(["initialize-syncing"])
    error_message = "Nobody else looks at identity tokens."
  }
}

run "nobody_is_an_operator_unless_named" {
  variables {
    operators          = []
    initialize_callers = []
  }
  assert {
    condition     = !contains(keys(module.private["initialize-syncing"].environment), "OPERATORS")
    error_message = "The function is told no operator, and so knows none."
  }
}

run "who_calls_what" {
  assert {
    condition = { for name, private in module.private : name => join(" ", sort(private.invokers)) } == {
      sync-calendar      = "serviceAccount:${data.google_service_account.push.email}"
      renew-channels     = "serviceAccount:${data.google_service_account.schedule.email}"
      sweep-calendars    = "serviceAccount:${data.google_service_account.schedule.email}"
      initialize-syncing = "group:operators@example.com serviceAccount:add-on@other-project.iam.gserviceaccount.com"
    }
    error_message = "Pub/Sub calls sync_calendar, the scheduler the renewal and the sweep, and who is named enrols calendars; nobody else is let in."
  }
}

run "whose_tokens_are_accepted" {
  variables {
    initialize_audiences = ["1-b.apps.googleusercontent.com", "1-a.apps.googleusercontent.com"]
  }
  assert {
    condition     = { for name, each in local.deployed : name => each.service.custom_audiences if length(coalesce(each.service.custom_audiences, [])) > 0 } == { initialize-syncing = tolist(["https://europe-west1-test-project.cloudfunctions.net/initialize-syncing", "1-a.apps.googleusercontent.com", "1-b.apps.googleusercontent.com"]) }
    error_message = "Cloud Run accepts at initialize_syncing, and only there, tokens for the add-on, and for the address of who was made by the API of functions."
  }
}

run "the_delegation_is_told" {
  assert {
    condition     = output.calendar_client_id == data.google_service_account.calendar.unique_id && strcontains(output.admin_console_steps, data.google_service_account.calendar.unique_id)
    error_message = "The administrator needs the client id of the account that acts as the users."
  }
  assert {
    condition     = alltrue([for scope in output.calendar_scopes : strcontains(output.admin_console_steps, scope)]) && length(output.calendar_scopes) == 2
    error_message = "The administrator needs the scopes."
  }
  assert {
    condition     = output.calendar_scopes == tolist(["https://www.googleapis.com/auth/calendar.events.readonly", "https://www.googleapis.com/auth/calendar.calendars.readonly"])
    error_message = "Where nothing is written, no right to change events is granted."
  }
}

run "links_are_written_into_events" {
  variables {
    settings = { WEBHOOK_URL = "https://hook.example.com/", JANUS_URL = "https://janus.example.com/janus", WRITE_BACK = "location" }
  }
  assert {
    condition     = output.calendar_scopes == tolist(["https://www.googleapis.com/auth/calendar.events", "https://www.googleapis.com/auth/calendar.calendars.readonly"])
    error_message = "To write links takes the right to change events."
  }
}
