"""Whether our receiver answers at the notification URL; the question is harmless."""

import ssl

import httpx

TIMEOUT_S = 15.0
OURS = 400  # what the receiver says to a message without channel headers
PRIVATE = (401, 403)
Finding = tuple[bool, str, str]


def answers(url: str) -> Finding:
    """Whether all is well, what was found, and what to do."""
    try:
        status = httpx.post(url, timeout=TIMEOUT_S).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _unreachable(url, error)
    if status == OURS:
        return True, f"our receiver answers at {url}", ""
    return False, f"{url} answered {status}, our receiver would have said {OURS}", _remedy(status)


def _remedy(status: int) -> str:
    if status in PRIVATE:
        return "its check of callers is on again: deploy, which opens receive_notification to everybody"
    if httpx.codes.is_server_error(status):
        return "receive_notification does not start: its log says why"
    if httpx.codes.is_redirect(status):
        return "give the address it leads to: Calendar follows no redirect"
    return "is NOTIFICATION_URL the URL of receive_notification, with its path?"


def _unreachable(url: str, error: Exception) -> Finding:
    refused = _certificate_error(error)
    if refused is None:
        return False, f"{url} cannot be reached: {error}", "is receive_notification deployed at this URL?"
    found = f"the certificate of {url} is not good: {refused.verify_message}"
    return False, found, "Calendar takes none that is self-signed, out of date, revoked or for another name"


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause
