variable "name" {
  description = "Name of the service."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "function" {
  description = "Its row of `functions` in ../functions.tf; further columns are ignored."
  type = object({
    memory        = string
    concurrency   = number
    timeout       = number
    max_instances = number
    ingress       = string
  })
}

variable "built" {
  description = "Its image, and what that was built of."
  type = object({
    source_location       = string
    function_target       = string
    image_uri             = string
    base_image            = string
    environment_variables = map(string)
    service_account       = string
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

variable "public" {
  description = "Everybody may call it, and it checks for itself who calls."
  type        = bool
  default     = false
}

variable "invokers" {
  description = "Who may call it if it is not public, and nobody else."
  type        = set(string)
  default     = []
}

variable "audiences" {
  description = "What identity tokens of its callers may name besides its own addresses."
  type        = list(string)
  default     = []
}

variable "network" {
  description = "The network that it calls out through, if not Google's."
  type        = object({ network = string, subnetwork = string, egress = string })
  default     = null
}

variable "percent" {
  description = "Which part of the requests the newest revision gets while another has the rest."
  type        = number
  default     = 100
}

variable "rest" {
  description = "The revision that has the rest."
  type        = string
  default     = null
}
