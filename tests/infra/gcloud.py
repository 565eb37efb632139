#!/usr/bin/env python3
"""Stands in for gcloud in the tests of our scripts: makes and describes things, and notes what it was asked.

Its folder is in FAKE_GCLOUD. There are `asked`, a line for each call; `made`, one for each thing there is;
`policy-ACCOUNT`, what may be done with it; `conditions`, a line for each right with one; and the values of
secrets in `secrets-versions-NAME.N`. A test puts there `owner`, the number of the project with the buckets;
`had-ACCOUNT`, its roles in the project; `refuses`, how often what is refused; and `answer`, `list` and
`content`, what describing, listing and reading an object says.
"""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(os.environ["FAKE_GCLOUD"])
MAKING = ("create", "add")
NUMBER = "123456789012"


def thing(words: list[str]) -> str:
    """Such as `secrets webhook-secret`; a version goes by its secret."""
    verb = next(word for word in words if word in {"describe", *MAKING})
    kind, _, name = " ".join(words).partition(f" {verb} ")
    name = name.split()[0].partition("@")[0]
    if kind == "secrets versions":
        return f"{kind} {option(words, 'secret') or name}"
    return f"{kind} {name}"


def option(words: list[str], name: str) -> str:
    return next((word.partition("=")[2] for word in words if word.startswith(f"--{name}=")), "")


def content(name: str) -> str:
    return (FOLDER / name).read_text() if (FOLDER / name).exists() else ""


def note(name: str, line: str) -> None:
    with (FOLDER / name).open("a") as notes:
        notes.write(f"{line}\n")


def describe(words: list[str]) -> int:
    if answer := content("answer"):
        sys.stdout.write(answer)
        return 0
    if words[:2] == ["projects", "describe"]:
        sys.stdout.write(f"{NUMBER}\n")
        return 0
    taken = "buckets" in words and (FOLDER / "owner").exists()
    if not taken and thing(words) not in content("made").splitlines():
        return 1
    if "buckets" in words:
        sys.stdout.write(content("owner") or f"{NUMBER}\n")
    return 0


def versions(secret: str) -> list[Path]:
    found = FOLDER.glob(f"secrets-versions-{secret}.*")
    return sorted(found, key=lambda path: int(path.suffix[1:]))


def access(words: list[str]) -> int:
    secret, version = option(words, "secret"), words[3]
    kept = {path.suffix[1:]: path for path in versions(secret)}
    if version == "latest":
        version = list(kept)[-1]
    value = kept[version].read_text() if version in kept else f"value of {secret} in its version {version}"
    sys.stdout.write(value)
    return 0


def listed(words: list[str]) -> int:
    if words[:2] == ["secrets", "versions"]:
        sys.stdout.writelines(f"{path.suffix[1:]}\n" for path in reversed(versions(words[3])))
    if words[:2] == ["iam", "service-accounts"]:
        made = [
            line.split()[-1]
            for line in content("made").splitlines()
            if line.startswith("iam service-accounts")
        ]
        sys.stdout.writelines(f"{name}@{option(words, 'project')}.iam.gserviceaccount.com\n" for name in made)
    sys.stdout.write(content("list"))
    return 0


def make(words: list[str]) -> int:
    one = thing(words)
    if "--data-file=-" in words:
        secret = words[3]
        kept = FOLDER / f"secrets-versions-{secret}.{len(versions(secret)) + 1}"
        kept.write_text(sys.stdin.read())
    elif one in content("made").splitlines():
        sys.stderr.write(f"{one} exists\n")
        return 1
    note("made", one)
    return 0


def set_policy(words: list[str]) -> int:
    account = words[words.index("set-iam-policy") + 1].partition("@")[0]
    (FOLDER / f"policy-{account}").write_text(Path(words[4]).read_text())
    return 0


def get_policy(words: list[str]) -> int:
    sys.stdout.write(content(f"had-{option(words, 'filter').rpartition(':')[2].partition('@')[0]}"))
    return 0


def cat(_words: list[str]) -> int:
    sys.stdout.write(content("content"))
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "describe": describe,
    "access": access,
    "list": listed,
    "set-iam-policy": set_policy,
    "get-iam-policy": get_policy,
    "cat": cat,
}


def refused(line: str) -> bool:
    """As often as `refuses` says, in front of what it is about."""
    times, _, about = content("refuses").partition(" ")
    if not about or about not in line or times == "0":
        return False
    (FOLDER / "refuses").write_text(f"{int(times) - 1} {about}")
    return True


def main(words: list[str]) -> int:
    note("asked", shlex.join(words))
    if refused(shlex.join(words)):
        return 1
    if option(words, "condition-from-file"):
        note("conditions", f"{option(words, 'member')} {option(words, 'role')} {sys.stdin.read().strip()}")
    for verb, does in VERBS.items():
        if verb in words:
            return does(words)
    if "identity" not in words and any(verb in words for verb in MAKING):
        return make(words)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
