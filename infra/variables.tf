variable "project" {
  description = "Id of the project that everything is made in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project id such as my-project-123: not its name, nor its number."
  }
}

variable "region" {
  description = "Region of the functions, the scheduler jobs and, unless firestore_location says otherwise, Firestore."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be one region such as europe-west1: not a zone (europe-west1-b), nor a multi-region (eur3)."
  }
}

variable "firestore_location" {
  description = "Location of the Firestore database, which can never be moved: a region, or eur3 or nam5 at twice the price. The region if not set."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null || can(regex("^([a-z]+-[a-z]+[0-9]{1,2}|eur3|nam5|nam7)$", var.firestore_location))
    error_message = "firestore_location must be a region such as europe-west1, or one of the multi-regions eur3, nam5, nam7."
  }
}

variable "firestore_database" {
  description = "Id of the Firestore database. Only the one called (default) has a free quota; give another id if that one is in use."
  type        = string
  default     = "(default)"
  nullable    = false

  validation {
    condition     = var.firestore_database == "(default)" || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "firestore_database must be (default), or 4 to 63 lower-case letters, digits and hyphens that begin with a letter."
  }
}

variable "kms_key" {
  description = "A key of one's own in Cloud KMS that Firestore, Pub/Sub, the archive and the images are encrypted with, where a policy asks for it. Firestore's can never be changed; see docs/runbook.md."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key must be a key's whole name, such as projects/my-keys/locations/europe-west1/keyRings/ring/cryptoKeys/key: of no version, and in the place of what it encrypts."
  }
}

variable "conference_solutions" {
  description = "As the setting CONFERENCE_SOLUTIONS: name=provider by semicolon, such as: My Web Conference=webhook. A provider of others is named by its path, such as acme_sync:Provider, or by the name that its package gives it."
  type        = string
  nullable    = false

  validation {
    condition     = trimspace(replace(var.conference_solutions, ";", "")) != ""
    error_message = "conference_solutions is empty: no event would carry a conference of ours. Name the add-on's solution and its provider, such as: My Web Conference=webhook"
  }

  validation {
    condition     = alltrue([for pair in split(";", var.conference_solutions) : trimspace(pair) == "" || can(regex("^.*\\S.*=\\s*(${join("|", local.known_providers)}|${length(var.provider_packages) > 0 ? "[A-Za-z0-9_-]+|" : ""}[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*)$", trimspace(pair)))])
    error_message = "conference_solutions must be name=provider pairs by semicolon, such as: My Web Conference=webhook. Known providers: ${join(", ", local.known_providers)}, paths such as acme_sync:Provider, and those of provider_packages."
  }

  validation {
    condition     = alltrue([for pair in split(";", var.conference_solutions) : !startswith(trimspace(pair), "uri:") || can(regex("^uri:[a-z]+://[^/]+/", trimspace(pair)))])
    error_message = "In conference_solutions, what follows uri: must go on to a slash after the host, or it would match other hosts too, such as: uri:https://meet.example.com/=janus"
  }
}

variable "notification_url" {
  description = "URL at which Calendar reaches receive_notification, if it is not the function's own: an address of your domain that leads there."
  type        = string
  default     = null

  validation {
    condition     = var.notification_url == null || can(regex("^https://[^/]+\\.[^/]+(/|$)", var.notification_url))
    error_message = "notification_url must be an https URL with a host that Calendar can reach, such as https://sync.example.com/: Calendar sends notifications to no other."
  }
}

variable "site_verification" {
  description = "Names of the files by which Google sees that notification_url's domain is yours, such as google0123456789abcdef.html: the receiver answers them at the root of its address."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.site_verification : can(regex("^google[0-9a-z]{8,64}\\.html$", name))])
    error_message = "site_verification must be names of files as Search Console gives them, such as google0123456789abcdef.html."
  }
}

variable "calendar_requests_per_minute" {
  description = "Calendar's quota of requests a minute for the project, as the console's page of quotas shows it: how many syncs may run at once follows from it."
  type        = number
  default     = 10000
  nullable    = false

  validation {
    condition     = var.calendar_requests_per_minute >= 600 && floor(var.calendar_requests_per_minute) == var.calendar_requests_per_minute
    error_message = "calendar_requests_per_minute must be a whole number of requests, and at least the 600 that Calendar allows a single user."
  }
}

variable "calendar_auth" {
  description = "Whose rights calendars are read with. delegation: each user's, as an administrator of their domain grants it. service_account: those of one account that people share their calendars with. oauth: each user's, as they consent themselves; see docs/connect.md."
  type        = string
  default     = "delegation"
  nullable    = false

  validation {
    condition     = contains(["delegation", "service_account", "oauth"], var.calendar_auth)
    error_message = "calendar_auth must be delegation (an administrator grants it), service_account (calendars are shared with it) or oauth (each user consents)."
  }
}

variable "google_oauth_client_id" {
  description = "For calendar_auth = oauth: id of the OAuth client (web application) that users consent to. Its secret is kept in Secret Manager as google-oauth-client-secret."
  type        = string
  default     = null

  validation {
    condition     = var.calendar_auth != "oauth" || can(regex("^[0-9]+-[0-9a-z]+\\.apps\\.googleusercontent\\.com$", var.google_oauth_client_id))
    error_message = "calendar_auth is oauth, so google_oauth_client_id must be the id of an OAuth client, such as 1234567890-abc.apps.googleusercontent.com: docs/connect.md says how to make one."
  }
}

variable "connect_url" {
  description = "For calendar_auth = oauth: where people connect their calendar, if it is not the function's own address: one of your domain that leads there. For others than your own domain it has to be, since Google verifies no run.app."
  type        = string
  default     = null

  validation {
    condition     = var.connect_url == null || can(regex("^https://[^/?#]+\\.[^/?#]+[^/?#]$", var.connect_url))
    error_message = "connect_url must be https and a host alone, such as https://connect.example.com: the OAuth client's redirect URI is this and /callback, to the letter."
  }
}

variable "addon_client_id" {
  description = "For calendar_auth = oauth: OAuth client id of the add-on's script, whose users' identity tokens are believed. Without it the add-on cannot ask who is connected."
  type        = string
  default     = null

  validation {
    condition     = var.addon_client_id == null || can(regex("^[0-9]+-[0-9a-z]+\\.apps\\.googleusercontent\\.com$", var.addon_client_id))
    error_message = "addon_client_id must be what showAudience prints in the script editor, such as 1234567890-abc.apps.googleusercontent.com."
  }
}

variable "settings" {
  description = "Other settings by the names that README.md lists: WEBHOOK_URL, JANUS_URL, ZOOM_ACCOUNT_ID, and any number that is not to be its default. No secrets: see `secrets`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("_SECRET$|_TOKEN$|_KEYS?$|_PASSWORD$", name))])
    error_message = "settings must hold no secret, since it is written down in plain text. Name it in `secrets` instead, and keep its value in Secret Manager: infra/bootstrap.sh does it."
  }

  validation {
    condition     = alltrue([for name in keys(var.settings) : contains(concat(local.numbers, local.words), name) || can(regex("^(${join("|", local.prefixes)})_", name)) || can(regex("_SECRET$|_TOKEN$|_KEYS?$|_PASSWORD$", name))])
    error_message = "settings may hold ${join(", ", concat(local.numbers, local.words))}, and what begins with ${join(", ", [for prefix in local.prefixes : "${prefix}_"])}, which is a provider's. The other settings follow from the other variables."
  }

  validation {
    condition     = alltrue([for name in local.numbers : can(regex("^[0-9]+$", lookup(var.settings, name, "0")))])
    error_message = "settings that count or last something must be whole numbers: ${join(", ", local.numbers)}."
  }

  validation {
    condition     = tonumber(try(regex("^[0-9]+$", lookup(var.settings, "TIME_LIMIT_SECONDS", "480")), 0)) <= local.time_limit_max
    error_message = "TIME_LIMIT_SECONDS may be at most ${local.time_limit_max}: after it, a call that is under way must still end before the function is stopped."
  }

  validation {
    condition     = contains(["off", "location", "description"], lookup(var.settings, "WRITE_BACK", "off"))
    error_message = "WRITE_BACK must be off, location or description."
  }

  validation {
    condition     = !contains(local.providers, "webhook") || can(regex("^https://", lookup(var.settings, "WEBHOOK_URL", "")))
    error_message = "conference_solutions names the provider webhook, so settings must hold WEBHOOK_URL, the https URL of its receiver."
  }

  validation {
    condition     = !contains(local.providers, "janus") || anytrue([for name in ["JANUS_URL", "JANUS_ADMIN_URL"] : can(regex("^https?://", lookup(var.settings, name, "")))])
    error_message = "conference_solutions names the provider janus, so settings must hold JANUS_URL, or JANUS_ADMIN_URL."
  }

  validation {
    condition     = !contains(local.providers, "zoom") || alltrue([for name in ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID"] : lookup(var.settings, name, "") != ""])
    error_message = "conference_solutions names the provider zoom, so settings must hold ZOOM_ACCOUNT_ID and ZOOM_CLIENT_ID, those of its server-to-server OAuth app."
  }

  validation {
    condition     = !contains(local.providers, "webex") || lookup(var.settings, "WEBEX_CLIENT_ID", "") != ""
    error_message = "conference_solutions names the provider webex, so settings must hold WEBEX_CLIENT_ID, the id of the integration or service app."
  }
}

variable "secrets" {
  description = "Names of optional secrets of the providers that are kept in Secret Manager, such as JANUS_API_SECRET (there: janus-api-secret). Those that a provider cannot do without are found by themselves; infra/bootstrap.sh keeps the values."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.secrets : can(regex("^(${join("|", local.prefixes)})_[A-Z0-9_]*(SECRET|TOKEN|KEY|PASSWORD)$", name))])
    error_message = "secrets must be names of providers' settings that end in SECRET, TOKEN, KEY or PASSWORD, such as WEBHOOK_SECRET or JANUS_API_SECRET, not their values."
  }
}

variable "provider_packages" {
  description = "What pip installs besides for providers of others, with all that it brings along and that requirements.txt does not have: each at one version and with the hashes of its files, such as: acme-sync==1.0 --hash=sha256:..."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for package in var.provider_packages : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*(\\[[a-z0-9,_-]+\\])?(==[A-Za-z0-9.!+_-]+| @ https://\\S+)( --hash=sha256:[0-9a-f]{64})+$", package))])
    error_message = "provider_packages must each name one version and the hashes of its files, such as acme-sync==1.0 --hash=sha256:... or acme-sync @ https://example.com/acme_sync-1.0-py3-none-any.whl --hash=sha256:...: another could be installed with the next deployment, and pip takes nothing without a hash where the rest has some. docs/provider.md says where they come from."
  }
}

variable "initialize_callers" {
  description = "Who may call initialize_syncing besides operators, such as domain:example.com for the users of an add-on: people may then enrol calendars as themselves, and no more. A service account that is named, such as serviceAccount:add-on@my-project.iam.gserviceaccount.com, may do so for everybody, look at any calendar and let it go."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for who in var.initialize_callers : can(regex("^(user|group|serviceAccount|domain):[^:]+$", who))])
    error_message = "initialize_callers must be user:, group:, serviceAccount: or domain: and an address. Everybody (allUsers, allAuthenticatedUsers) is not accepted: whoever calls it decides which calendars are read."
  }

  validation {
    condition     = length(var.operators) > 0 || alltrue([for who in var.initialize_callers : !can(regex("^(user|group|domain):", who))])
    error_message = "initialize_callers names people, who may enrol calendars, and operators names nobody who could look at these and let them go. Name somebody there, such as user:someone@example.com."
  }
}

variable "initialize_audiences" {
  description = "Further audiences that identity tokens for initialize_syncing may name, such as the OAuth client id of the add-on's script. Those that name the function's own addresses are accepted in any case."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for audience in var.initialize_audiences : can(regex("^[0-9A-Za-z._:/-]+$", audience))])
    error_message = "initialize_audiences must be client ids or URLs, such as 1234567890-abc.apps.googleusercontent.com."
  }
}

variable "operators" {
  description = "Who may use the command line (python -m functions), such as group:operators@example.com. They can read the keys and act as any user of the domain. A person who is named (user:) may also do everything by calling initialize_syncing; the members of a group may not, since an identity token names no groups."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for who in var.operators : can(regex("^(user|group):[^:@]+@[^:@]+$", who))])
    error_message = "operators must be people: user:someone@example.com or group:operators@example.com."
  }
}

variable "alert_emails" {
  description = "Addresses that alerts are sent to. Without any, alerts are only shown in the console."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alert_emails must be e-mail addresses, such as operators@example.com."
  }
}

variable "budget" {
  description = "What a month of this project may cost before alert_emails are told, in the currency of the billing account: { account = \"012345-6789AB-CDEF01\", amount = 50 }. It needs an API and a right on that account: docs/runbook.md#the-budget-is-nearly-spent."
  type        = object({ account = string, amount = number })
  default     = null

  validation {
    condition     = var.budget == null || can(regex("^[0-9A-F]{6}(-[0-9A-F]{6}){2}$", var.budget.account))
    error_message = "budget.account must be the id of a billing account, such as 012345-6789AB-CDEF01: gcloud billing accounts list shows yours."
  }

  validation {
    condition     = try(var.budget.amount > 0 && floor(var.budget.amount) == var.budget.amount, var.budget == null)
    error_message = "budget.amount must be a whole amount of money, and more than 0."
  }
}

variable "canary" {
  description = "The part of the requests that what is deployed gets, and for each function that is to share them the revision that keeps the rest, as the output `revisions` named it before; the other functions have all of theirs at once. With 0 percent all goes back to the revision that is named."
  type        = object({ percent = number, rest = map(string) })
  default     = null

  validation {
    condition     = var.canary == null || try(var.canary.percent >= 0 && var.canary.percent <= 99 && floor(var.canary.percent) == var.canary.percent, false)
    error_message = "canary.percent must be a whole number from 0 to 99: what is deployed gets that part of the requests. To give it all of them, drop canary."
  }

  validation {
    condition     = var.canary == null || try(length(var.canary.rest) > 0 && alltrue([for name, revision in var.canary.rest : contains(local.function_names, name) && startswith(revision, "${name}-")]), false)
    error_message = "canary.rest must name functions and one revision of each, such as { sync-calendar = \"sync-calendar-00041-abc\" }. The functions: ${join(", ", local.function_names)}. The output revisions has the names."
  }
}

variable "network" {
  description = "The network through which conference systems are called (Direct VPC egress), where one has no public address, or has to be called from a fixed one. egress: PRIVATE_RANGES_ONLY, or ALL_TRAFFIC, with which the subnetwork needs Private Google Access, and Cloud NAT for what is outside of Google. network or subnetwork may be null. Nothing here makes them; in a Shared VPC, Cloud Run's service agent needs roles/compute.networkUser on the subnetwork."
  type        = object({ network = string, subnetwork = string, egress = string })
  default     = null

  validation {
    condition     = var.network == null || try(coalesce(var.network.network, var.network.subnetwork) != "", false)
    error_message = "network must name a network, a subnetwork of the region, or both."
  }

  validation {
    condition     = var.network == null || try(contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], var.network.egress), false)
    error_message = "network.egress must be PRIVATE_RANGES_ONLY (a conference system in the network) or ALL_TRAFFIC (a fixed address)."
  }
}

variable "labels" {
  description = "Labels of all that is made here, such as a cost centre."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "labels must be lower-case letters, digits, _ and -, at most 63, and their names must begin with a letter, such as { cost-centre = \"4711\" }."
  }
}

variable "adopt" {
  description = "true for one deployment where the API of functions made the functions, after gcloud functions detach: see docs/runbook.md."
  type        = bool
  default     = false
  nullable    = false
}

locals {
  function_names  = ["receive-notification", "sync-calendar", "renew-channels", "sweep-calendars", "initialize-syncing", "connect-calendar"]
  known_providers = ["webhook", "janus", "zoom", "webex"]
  solutions       = [for pair in split(";", var.conference_solutions) : trimspace(pair) if trimspace(pair) != ""]
  providers       = distinct([for pair in local.solutions : trimspace(reverse(split("=", pair))[0])])

  # Settings of acme_sync.meet:Provider begin with ACME_SYNC_ (functions/providers.py).
  prefixes = distinct([for name in concat(local.known_providers, local.providers) : upper(replace(split(".", split(":", name)[0])[0], "-", "_"))])

  # Those of README.md's settings that are free to choose. The others follow from what is made here.
  numbers = [
    "CHANNEL_TTL_SECONDS", "RENEW_BEFORE_SECONDS", "SYNC_EVERY_SECONDS", "FULL_SYNC_LOOKBACK_SECONDS",
    "DELETE_GRACE_SECONDS", "LEASE_SECONDS", "FOLD_SECONDS", "CLOCK_SKEW_SECONDS", "TIME_LIMIT_SECONDS", "PROVIDER_CONCURRENCY", "CALENDARS_PER_USER",
  ]
  words = ["WRITE_BACK", "LINK_HOSTS"]

  time_limit_max = 480 # see sync_timeout in functions.tf
}
