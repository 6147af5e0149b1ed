"""``bin/bench capacity``: random acts around scarce weeks, one at a time and several at a time, and what they were.

These are the tests of ``tests/orders``, which in the suite take only a small part of the steps. Whatever is wrong
fails them; nothing about time is asserted.
"""

import argparse
import os
import subprocess
import sys
import time

WALKS = {
    "one at a time": "tests/orders/capacity/test_capacity_machine.py",
    "several at a time": "tests/orders/capacity/test_capacity_parallel.py",
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench capacity", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000, help="at least so many of each")
    chosen = parser.parse_args(arguments)
    for name, path in WALKS.items():
        started = time.perf_counter()
        # A process of its own: pytest makes its database beside the one of the bench.
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-s", path],
            env={**os.environ, "COMMANDS": str(chosen.steps)},
            check=False,
        )
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
        if ended.returncode:
            sys.exit(ended.returncode)


if __name__ == "__main__":
    main([])
