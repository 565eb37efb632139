"""What Google's authorisation and token endpoints refuse, in their words (RFC 6749, 5.2)."""

from gcal_standin.model.times import Json


class Refused(Exception):
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description

    def body(self) -> Json:
        return {"error": self.error, "error_description": self.description}


def invalid_grant(description: str = "Bad Request") -> Refused:
    return Refused(400, "invalid_grant", description)


def missing(name: str) -> Refused:
    return Refused(400, "invalid_request", f"Missing required parameter: {name}")
