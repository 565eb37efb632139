"""An event's texts as conference systems take them."""


def clean(text: str) -> str:
    """NUL and half a surrogate pair are no JSON to many."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def cut(text: str, most: int) -> str:
    """Counted as UTF-16 does, which is never less than characters; no sign is cut in two."""
    return clean(text).encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
