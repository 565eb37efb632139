"""Entries of Google's own logs, cut down to what a filter may look at.

As these show them: https://cloud.google.com/scheduler/docs/audit-logging and the scheduler's own log of
executions, https://cloud.google.com/run/docs/logging and /audit-logging. An audit entry of Cloud Run has an
empty `service_name`, so only `resourceName` says which service it is about.
"""

from typing import Any

Entry = dict[str, Any]
LOGS = "projects/p/logs/"


def attempt(job: str, *, status: int, kind: str = "AttemptFinished") -> Entry:
    """Of the scheduler to call its target."""
    good = status < 300 or kind == "AttemptStarted"
    return {
        "logName": f"{LOGS}cloudscheduler.googleapis.com%2Fexecutions",
        "severity": "INFO" if good else "ERROR",
        "resource": {"type": "cloud_scheduler_job", "labels": {"job_id": job, "location": "europe-west1"}},
        "jsonPayload": {"@type": f"type.googleapis.com/google.cloud.scheduler.logging.{kind}"},
        "httpRequest": {"status": status},
    }


def request(service: str, status: int) -> Entry:
    """As Cloud Run logs it; 429 stands for one that no instance took."""
    return {
        "logName": f"{LOGS}run.googleapis.com%2Frequests",
        "severity": "INFO" if status < 400 else "WARNING",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": service}},
        "httpRequest": {"requestMethod": "POST", "status": status},
    }


def changed(service: str, method: str, asked: Entry, *, severity: str = "NOTICE", version: int = 2) -> Entry:
    """Somebody has called this method of Cloud Run's API."""
    places = {1: "namespaces/p", 2: "projects/p/locations/europe-west1"}
    return {
        "logName": f"{LOGS}cloudaudit.googleapis.com%2Factivity",
        "severity": severity,
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": ""}},
        "protoPayload": {
            "serviceName": "run.googleapis.com",
            "methodName": f"google.cloud.run.v{version}.Services.{method}",
            "resourceName": f"{places[version]}/services/{service}",
            "authenticationInfo": {"principalEmail": "eve@example.com"},
            "request": asked,
        },
    }


def policy(*members: str) -> Entry:
    bindings = [
        {"role": "roles/run.viewer", "members": ["user:ann@example.com"]},
        {"role": "roles/run.invoker", "members": list(members)},
    ]
    return {"policy": {"bindings": bindings}}


def unchecked(*, disabled: bool) -> Entry:
    """The second version of the API, as Terraform uses it."""
    return {"service": {"invokerIamDisabled": disabled}}


def annotated(value: str) -> Entry:
    """The first version, as gcloud uses it."""
    return {"service": {"metadata": {"annotations": {"run.googleapis.com/invoker-iam-disabled": value}}}}


SCHEDULE = "serviceAccount:calendar-sync-schedule@p.iam.gserviceaccount.com"
FOUND: dict[str, list[Entry]] = {
    "failed_runs": [attempt("sweep-calendars", status=503), attempt("renew-channels", status=403)],
    "receiver_errors": [request("receive-notification", status) for status in (429, 500, 503)],
    "opened": [
        changed("sweep-calendars", "SetIamPolicy", policy(SCHEDULE, "allUsers")),
        changed("sync-calendar", "SetIamPolicy", policy("allAuthenticatedUsers"), version=1),
        changed("initialize-syncing", "UpdateService", unchecked(disabled=True)),
        changed("renew-channels", "CreateService", unchecked(disabled=True)),
        changed("renew-channels", "ReplaceService", annotated("true"), version=1),
    ],
}
PASSED_OVER: list[Entry] = [
    attempt("sweep-calendars", status=200),
    attempt("sweep-calendars", status=503, kind="AttemptStarted"),
    attempt("another-job", status=503),
    *(request("receive-notification", status) for status in (204, 400, 403, 405)),
    request("connect-calendar", 503),
    request("sync-calendar", 429),
    changed("receive-notification", "UpdateService", unchecked(disabled=True)),
    changed("another-service", "SetIamPolicy", policy("allUsers")),
    changed("sweep-calendars", "SetIamPolicy", policy("allUsers"), severity="ERROR"),
    changed("sweep-calendars", "SetIamPolicy", policy(SCHEDULE)),
    changed("sweep-calendars", "UpdateService", unchecked(disabled=False)),
    changed("sweep-calendars", "ReplaceService", annotated("false"), version=1),
    changed("sweep-calendars", "DeleteService", {}),
]
