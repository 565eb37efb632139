"""The file by which Google sees that a domain is ours: site verification by HTML file, at the domain's root.

https://support.google.com/webmasters/answer/9008080#html_verification
"""

import re
from collections.abc import Collection

FILE = re.compile(r"google[0-9a-z]{8,64}\.html")


def file_at(method: str, path: str, files: Collection[str]) -> str:
    """What the file of this path has in it, if it is one of these; else empty."""
    name = path.removeprefix("/")
    return f"google-site-verification: {name}" if method in {"GET", "HEAD"} and name in files else ""
