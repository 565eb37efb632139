#!/usr/bin/env python3
"""Stands in for gcloud in the tests of our scripts: makes and describes things, and notes what it was asked.

Its folder is in FAKE_GCLOUD: `asked` has a line for each call, `made` one for each thing that there is.
"""

import os
import shlex
import sys
from pathlib import Path

FOLDER = Path(os.environ["FAKE_GCLOUD"])
MAKING = ("create", "add")


def thing(words: list[str]) -> str:
    """Such as `secrets webhook-secret`; a version goes by its secret."""
    verb = next(word for word in words if word in {"describe", *MAKING})
    kind, _, name = " ".join(words).partition(f" {verb} ")
    name = name.split()[0].removesuffix("@p.iam.gserviceaccount.com")
    if kind == "secrets versions":
        named = [word.removeprefix("--secret=") for word in words if word.startswith("--secret=")]
        return f"{kind} {named[0] if named else name}"
    return f"{kind} {name}"


def main(words: list[str]) -> int:
    with (FOLDER / "asked").open("a") as asked:
        asked.write(f"{shlex.join(words)}\n")
    made = (FOLDER / "made").read_text().splitlines() if (FOLDER / "made").exists() else []
    if "describe" in words and (answer := FOLDER / "answer").exists():
        sys.stdout.write(answer.read_text())
        return 0
    if "access" in words:
        secret = next(word for word in words if word.startswith("--secret=")).removeprefix("--secret=")
        sys.stdout.write(f"value of {secret} in its version {words[3]}")
        return 0
    if "describe" in words:
        return 0 if thing(words) in made else 1
    if "identity" not in words and any(verb in words for verb in MAKING):
        if "--data-file=-" in words:
            (FOLDER / thing(words).replace(" ", "-")).write_text(sys.stdin.read())
        if (one := thing(words)) in made:
            sys.stderr.write(f"{one} exists\n")
            return 1
        with (FOLDER / "made").open("a") as making:
            making.write(f"{one}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
