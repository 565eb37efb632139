"""How a step fails."""


class Wrong(Exception):
    """Something is not as it should be; the text says what was expected and what was found."""


class Refused(Wrong):
    """Calendar, or the conference system, answered a call otherwise than hoped; `text` is its answer."""

    def __init__(self, call: str, status: int, text: str) -> None:
        super().__init__(f"{call} answered {status}: {text}")
        self.status = status
        self.text = text


def require(what: str, *, expected: object, found: object) -> None:
    if expected != found:
        raise Wrong(f"{what}\nexpected: {expected}\nfound:    {found}")
