"""``bin/bench likeness``: whether pages are what they were, for each role in both languages.

``bin/bench likeness --into DIR --checkout BEFORE`` makes two worlds by the code of a checkout (the demonstration, and
the two expos of the address walk, in which every kind of row occurs) and keeps the databases and every page that
somebody can come to, what each form answers when it is sent empty, and every paper. ``--against DIR`` reads the same
pages of the same databases by the code of this checkout and prints each difference of text or structure. White space
that no browser shows, the order of attributes, and keys that are another one each time make no difference.
"""

import argparse
import difflib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.likeness.shape import masked, shape

ROOT = Path(__file__).resolve().parents[2]
READER = Path(__file__).with_name("read.py")
WORLDS = ("demonstration", "sides")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench likeness", description=__doc__)
    parser.add_argument("--checkout", type=Path, default=ROOT, help="whose code reads the pages (this one)")
    parser.add_argument("--lines", type=int, default=12, help="lines printed of one difference (12)")
    parser.add_argument("--only", choices=WORLDS, help="only this world")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--into", type=Path, help="a folder for the databases and the pages")
    what.add_argument("--against", type=Path, help="such a folder, with whose pages these are compared")
    chosen = parser.parse_args(arguments)
    worlds = [chosen.only] if chosen.only else list(WORLDS)
    if chosen.into:
        take(chosen.into.resolve(), chosen.checkout, worlds)
        return
    before = chosen.against.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        after = Path(scratch)
        for world in worlds:
            run(chosen.checkout, "read", world, before, out=after / f"{world}.pages")
        found = sum(compare(world, before, after, chosen.checkout, chosen.lines) for world in worlds)
    if found:
        sys.exit(1)


def take(folder: Path, checkout: Path, worlds: list[str]) -> None:
    """Make the worlds and keep their pages."""
    folder.mkdir(parents=True)
    (folder / "key").write_text(secrets.token_urlsafe(64))
    for world in worlds:
        run(checkout, "make", world, folder)
        run(checkout, "read", world, folder, out=folder / f"{world}.pages")
        print(f"{world:<14}{len(pages_of(folder / f'{world}.pages')):>7} pages kept", flush=True)


def run(checkout: Path, act: str, world: str, folder: Path, *, out: Path | None = None) -> None:
    """One act of the reader by the code of a checkout."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "TEST_RUN_DIR")
    }
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, str(READER), act, world, str(folder), "--scratch", scratch]
        command += ["--out", str(out)] if out else []
        subprocess.run(command, cwd=checkout.resolve(), env=environment, check=True)


def pages_of(file: Path) -> dict[str, dict[str, Any]]:
    with file.open() as lines:
        rows = [json.loads(line) for line in lines]
    return {row["page"]: row for row in rows}


def compare(world: str, before: Path, after: Path, checkout: Path, most: int) -> int:
    """Print what differs, like differences once; how many pages differ."""
    old, new = pages_of(before / f"{world}.pages"), pages_of(after / f"{world}.pages")
    static = checkout.resolve() / "static"
    met: Counter[str] = Counter()
    for page, row in old.items():
        if difference := "\n".join(differences(row, new.get(page), static)):
            if not met[difference]:
                print("\n".join([f"--- {page}", *difference.split("\n")[:most]]), flush=True)
            met[difference] += 1
    elements = sum(row["body"].count("<") for row in old.values())
    print(
        f"{world}: {len(old)} pages compared ({elements} tags), {sum(met.values())} differ"
        f" in {len(met)} ways; {len(new.keys() - old.keys())} new"
    )
    return sum(met.values())


def differences(old: dict[str, Any], new: dict[str, Any] | None, static: Path) -> Iterator[str]:
    if new is None:
        yield "is gone"
        return
    for name in ("status", "location"):
        if old[name] != new[name]:
            yield f"{name}: {old[name]} → {new[name]}"
    if masked(old["body"]) == masked(new["body"]):
        return
    lines = difflib.unified_diff(
        shape(masked(old["body"]), static), shape(masked(new["body"]), static), lineterm="", n=1
    )
    yield from [line for line in lines if not line.startswith(("---", "+++"))]
