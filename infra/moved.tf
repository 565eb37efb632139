# For who deployed before the functions were services of Cloud Run's own: docs/runbook.md#from-functions-to-services.
# Nothing of this is made or changed where none of it is in the state.

# Cloud Run has them once they are detached. Destroyed, they would take their addresses along.
removed {
  from = module.receiver.google_cloudfunctions2_function.this
  lifecycle {
    destroy = false
  }
}
removed {
  from = module.private.google_cloudfunctions2_function.this
  lifecycle {
    destroy = false
  }
}
removed {
  from = module.connect.google_cloudfunctions2_function.this
  lifecycle {
    destroy = false
  }
}

# Taken back, they would take along what the binding of the same role has just given.
removed {
  from = google_cloud_run_v2_service_iam_member.push
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_cloud_run_v2_service_iam_member.schedule
  lifecycle {
    destroy = false
  }
}
removed {
  from = google_cloud_run_v2_service_iam_member.initialize
  lifecycle {
    destroy = false
  }
}

# Without it a public function would be closed until its own deployment has opened it.
removed {
  from = google_cloud_run_v2_service_iam_member.everybody
  lifecycle {
    destroy = false
  }
}

moved {
  from = google_project_iam_member.build["roles/logging.logWriter"]
  to   = google_project_iam_member.build
}

import {
  for_each = var.adopt ? toset(["receive-notification"]) : []
  to       = module.receiver.google_cloud_run_v2_service.this
  id       = "projects/${var.project}/locations/${var.region}/services/${each.key}"
}
import {
  for_each = var.adopt ? setsubtract(keys(local.functions), local.public) : []
  to       = module.private[each.key].google_cloud_run_v2_service.this
  id       = "projects/${var.project}/locations/${var.region}/services/${each.key}"
}
import {
  for_each = var.adopt && local.consents ? toset(["connect-calendar"]) : []
  to       = module.connect[0].google_cloud_run_v2_service.this
  id       = "projects/${var.project}/locations/${var.region}/services/${each.key}"
}
