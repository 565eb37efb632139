output "service" {
  description = "The service as it was made."
  value       = google_cloud_run_v2_service.this
}

output "environment" {
  description = "Its settings that are no secret."
  value       = { for one in google_cloud_run_v2_service.this.template[0].containers[0].env : one.name => one.value if length(one.value_source) == 0 }
}

output "secrets" {
  description = "The versions of its settings that are secret."
  value       = { for one in google_cloud_run_v2_service.this.template[0].containers[0].env : one.name => one.value_source[0].secret_key_ref[0].version if length(one.value_source) > 0 }
}

output "invokers" {
  description = "Who may call it; nothing where everybody may."
  value       = flatten(google_cloud_run_v2_service_iam_binding.invokers[*].members)
}
