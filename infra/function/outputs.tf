output "function" {
  description = "The function as it was made."
  value       = google_cloudfunctions2_function.this
}
