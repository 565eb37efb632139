"""`python -m tests.fuzz CASES SEED`: the long run, with progress and a summary by answer."""

import os
import sys
import time

from tests.fuzz.cases import KEYS
from tests.fuzz.flood import AT_ONCE, BODY_MIB, flood
from tests.fuzz.play import Player, Wrong, cases, player

EVERY = 10_000


def main(count: int, seed: int) -> int:
    os.environ |= {"CHANNEL_TOKEN_KEYS": ",".join(KEYS), "QUEUE": "sqlite::memory:"}
    began = time.monotonic()
    with player() as playing:
        try:
            for case in cases(seed, count):
                playing.play(case)
                playing.forget_log()
                if (case.number + 1) % EVERY == 0:
                    print(f"{case.number + 1} of {count}, {time.monotonic() - began:.0f} s", flush=True)
        except Wrong as wrong:
            print(wrong)
            return 1
        _summary(playing, count, seed, time.monotonic() - began)
    print(f"{AT_ONCE} bodies of {BODY_MIB} MiB at once; the receiver's peak memory:")
    for kind, peak in flood().items():
        print(f"{peak:>8} MiB  {kind}")
    return 0


def _summary(playing: Player, count: int, seed: int, seconds: float) -> None:
    print(f"{count} cases of seed {seed} in {seconds:.0f} s; nothing but what the contract says:")
    for answer, times in playing.answers.most_common():
        print(f"{times:>8}  {answer}")
    print("by what was done to them (several to most):")
    for blow, times in playing.blows.most_common():
        print(f"{times:>8}  {blow.replace('_', ' ')}")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
