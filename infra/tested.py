#!/usr/bin/env python3
"""Ends well only if Cloud Build has tested what this build has as its source.

    infra/tested.py PROJECT LOCATION BUILD

A test is a build of infra/builds/test.yaml that ended well, as the account that tests run as, in the same
location. Its source is the same if a trigger built the same commit, or if the archive that was handed in has
the same hash. Cloud Build itself says which it was: what is tested could say anything.
"""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

TAG = "calendar-sync-tested"
LOOKED_AT = "500"  # the newest ones


def source(build: Mapping[str, Any]) -> str:
    """Where it came from; empty if that cannot be told from another.

    A commit counts where a trigger names it: whoever starts a build by hand may name any.
    """
    if "buildTriggerId" in build:
        return str(build.get("substitutions", {}).get("COMMIT_SHA", ""))
    files = build.get("sourceProvenance", {}).get("fileHashes", {}).values()
    hashes = [each["value"] for file in files for each in file["fileHash"] if each["type"] == "SHA256"]
    return hashes[0] if len(hashes) == 1 else ""


def archive(build: Mapping[str, Any]) -> str:
    """Its archive's hash, read here: of a build that has not ended Cloud Build need not say it."""
    kept = build.get("sourceProvenance", {}).get("resolvedStorageSource", {})
    if "buildTriggerId" in build or not kept:
        return ""
    url = f"gs://{kept['bucket']}/{kept['object']}#{kept['generation']}"
    read = subprocess.run(["gcloud", "storage", "cat", url], stdout=subprocess.PIPE, check=True).stdout
    return base64.b64encode(hashlib.sha256(read).digest()).decode()


def tested(wanted: str, tests: Iterable[Mapping[str, Any]], account: str) -> bool:
    """Whether one of the tests had this source."""
    return bool(wanted) and any(
        test.get("status") == "SUCCESS"
        and str(test.get("serviceAccount", "")).endswith(f"/serviceAccounts/{account}")
        and source(test) == wanted
        for test in tests
    )


def asked(project: str, location: str, *words: str) -> Any:
    command = ["gcloud", "builds", *words, f"--project={project}", f"--region={location}", "--format=json"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main(project: str, location: str, build: str) -> str:
    account = f"calendar-sync-test@{project}.iam.gserviceaccount.com"
    wanted = f"tags={TAG} AND status=SUCCESS"
    tests = asked(project, location, "list", f"--filter={wanted}", f"--limit={LOOKED_AT}")
    this = asked(project, location, "describe", build)
    if tested(source(this) or archive(this), tests, account):
        return ""
    return f"Not tested: no infra/builds/test.yaml ended well with this source as {account}, in {location}."


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or 0)
