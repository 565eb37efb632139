"""How a step fails."""


class Wrong(Exception):
    """Something is not as it should be; the text says what was expected and what was found."""


def require(what: str, *, expected: object, found: object) -> None:
    if expected != found:
        raise Wrong(f"{what}\nexpected: {expected}\nfound:    {found}")
