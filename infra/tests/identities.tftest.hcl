# Who may do what: one account for each function, nothing public but the receiver, no role wider than needed.

mock_provider "google" {
  source = "./tests/mocks"
}
mock_provider "archive" {}
mock_provider "random" {}

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
    condition     = { for name, grant in google_cloud_run_v2_service_iam_member.everybody : name => [grant.name, grant.member] } == { receive-notification = ["receive-notification", "allUsers"] }
    error_message = "The receiver must be open to everybody: Google's notifications carry no identity."
  }
  assert {
    condition = alltrue([for grant in concat(
      [google_cloud_run_v2_service_iam_member.push],
      values(google_cloud_run_v2_service_iam_member.schedule),
      values(google_cloud_run_v2_service_iam_member.initialize),
      values(google_cloud_run_v2_service_iam_member.operator),
    ) : !startswith(grant.member, "all") && grant.name != "receive-notification"])
    error_message = "No other function may be open to everybody."
  }
  assert {
    condition     = toset([for name, private in module.private : name if private.function.service_config[0].ingress_settings != "ALLOW_INTERNAL_ONLY"]) == toset(["initialize-syncing"])
    error_message = "Of the private functions only initialize-syncing may be reached from outside the project."
  }
  assert {
    condition     = output.service_updates == ""
    error_message = "With allUsers granted, nothing is left to be done."
  }
}

run "an_organisation_without_allusers" {
  variables {
    all_users_forbidden  = true
    initialize_audiences = ["1-b.apps.googleusercontent.com", "1-a.apps.googleusercontent.com"]
  }
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.everybody) == 0
    error_message = "Nothing is granted to allUsers where the organisation forbids it."
  }
  assert {
    condition     = output.service_updates == "receive-notification --no-invoker-iam-check\ninitialize-syncing --add-custom-audiences=1-a.apps.googleusercontent.com,1-b.apps.googleusercontent.com"
    error_message = "What Terraform cannot do is told to who can: open the receiver, accept the add-on's tokens."
  }
}

run "every_function_has_its_own_account" {
  assert {
    condition     = length(distinct(concat([module.receiver.function.service_config[0].service_account_email], [for private in module.private : private.function.service_config[0].service_account_email]))) == 5
    error_message = "Two functions run as the same account."
  }
  assert {
    condition     = alltrue([for name, private in module.private : private.function.service_config[0].service_account_email == data.google_service_account.function[name].email])
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
      values(google_project_iam_member.state), values(google_project_iam_member.build), values(google_project_iam_member.operator),
    ) : !contains(["roles/owner", "roles/editor", "roles/viewer"], grant.role)])
    error_message = "owner, editor and viewer are wider than anything here needs."
  }
  assert {
    condition     = toset([for grant in concat(values(google_project_iam_member.state), values(google_project_iam_member.build), values(google_project_iam_member.operator)) : grant.role]) == toset(["roles/datastore.user", "roles/logging.logWriter", "roles/logging.viewer", "roles/monitoring.viewer", "roles/storage.objectViewer"])
    error_message = "What is granted on the whole project is only what cannot be granted on less."
  }
  assert {
    condition     = alltrue([for grant in concat(values(google_project_iam_member.state), values(google_project_iam_member.operator)) : grant.condition[0].expression == "resource.name == \"projects/test-project/databases/(default)\"" if grant.role == "roles/datastore.user"])
    error_message = "The right to use Firestore must be narrowed to our database."
  }
  assert {
    condition     = alltrue([for grant in concat(values(google_project_iam_member.state), values(google_project_iam_member.build), values(google_project_iam_member.operator)) : strcontains(file("rights.txt"), "\"${grant.role}\"")])
    error_message = "The deploying account may give this role only if rights.txt names it."
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
    condition     = module.private["initialize-syncing"].function.service_config[0].environment_variables["OPERATORS"] == "add-on@other-project.iam.gserviceaccount.com,ann@example.com,ben@example.com"
    error_message = "Operators of the function are the people named as such, and service accounts that may call it: no group, no domain, no other caller."
  }
  assert {
    condition     = endswith(module.private["initialize-syncing"].function.service_config[0].environment_variables["INITIALIZE_AUDIENCES"], ",https://initialize-syncing-123456789012.europe-west1.run.app,https://europe-west1-test-project.cloudfunctions.net/initialize-syncing,1-a.apps.googleusercontent.com")
    error_message = "Tokens may name the function's own addresses, and the audiences that are given."
  }
  assert {
    condition     = toset([for name, private in module.private : name if anytrue([for setting in ["OPERATORS", "INITIALIZE_AUDIENCES"] : contains(keys(private.function.service_config[0].environment_variables), setting)])]) == toset(["initialize-syncing"])
    error_message = "Nobody else looks at identity tokens."
  }
}

run "nobody_is_an_operator_unless_named" {
  variables {
    operators          = []
    initialize_callers = []
  }
  assert {
    condition     = !contains(keys(module.private["initialize-syncing"].function.service_config[0].environment_variables), "OPERATORS")
    error_message = "The function is told no operator, and so knows none."
  }
}

run "who_calls_what" {
  assert {
    condition     = google_cloud_run_v2_service_iam_member.push.name == "sync-calendar" && google_cloud_run_v2_service_iam_member.push.member == "serviceAccount:${data.google_service_account.push.email}"
    error_message = "Pub/Sub calls sync_calendar with an account of its own."
  }
  assert {
    condition     = toset([for grant in google_cloud_run_v2_service_iam_member.schedule : grant.name]) == toset(["renew-channels", "sweep-calendars"])
    error_message = "The scheduler calls the renewal and the sweep."
  }
  assert {
    condition     = toset([for grant in google_cloud_run_v2_service_iam_member.initialize : grant.member]) == toset(["serviceAccount:add-on@other-project.iam.gserviceaccount.com", "group:operators@example.com"]) && alltrue([for grant in google_cloud_run_v2_service_iam_member.initialize : grant.name == "initialize-syncing"])
    error_message = "Who is named may enrol calendars, and nobody else."
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
