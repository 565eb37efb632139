variable "name" {
  description = "Name of the function and of its Cloud Run service."
  type        = string
}

variable "function" {
  description = "Its row of `functions` in ../functions.tf; further columns are ignored."
  type = object({
    entry_point   = string
    memory        = string
    concurrency   = number
    timeout       = number
    max_instances = number
    ingress       = string
  })
}

variable "built" {
  description = "What it is built from, by whom, and where what is built goes."
  type = object({
    project         = string
    region          = string
    bucket          = string
    object          = string
    repository      = string
    service_account = string
  })
}

variable "service_account" {
  description = "Address of the service account that it runs as."
  type        = string
}

variable "environment" {
  description = "Settings that are no secret."
  type        = map(string)
}

variable "secrets" {
  description = "Settings that are secret, by name: which secret, and which version of it."
  type        = map(object({ secret = string, version = string }))
}
