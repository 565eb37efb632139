"""All users of a Workspace domain, page by page, as long as the Directory has an end."""

from collections.abc import Iterator, Sequence

from functions.core.errors import Rejected
from functions.ports import Directory

PAGES_MAX = 1_000  # of 500 users each


def users(directory: Directory, domains: Sequence[str]) -> Iterator[str]:
    """Each address once; of all domains, if none is named. Rejected if pages come for ever; RetryLater."""
    seen = set[str]()
    asked: Sequence[str | None] = domains or [None]
    for domain in asked:
        for user in _of(directory, domain):
            if user not in seen:
                seen.add(user)
                yield user


def _of(directory: Directory, domain: str | None) -> Iterator[str]:
    given, token = set[str](), None
    for _ in range(PAGES_MAX):
        page = directory.members(domain=domain, page_token=token)
        yield from page.users
        token = page.next_page
        if token is None:
            return
        if token in given:
            raise Rejected("the Directory leads back to a page that it gave before: its list has no end")
        given.add(token)
    raise Rejected(f"the Directory's list has no end within {PAGES_MAX:,} pages")
