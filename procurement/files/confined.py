"""What strangers send is opened in a process of its own, with limits on memory and time; a hostile file ends only it.

A program is a file of ours that imports nothing of the project, so that it starts quickly. It sets its own limits
(``resource.setrlimit``) before it reads anything.
"""

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

#: Seconds on the clock for one file, however busy the machine is.
LONGEST_WAIT = 60


def answer_of(program: str, content: bytes, *arguments: str, turn: BoundedSemaphore) -> bytes | None:
    """What ``program`` writes when it is given ``content`` and ``arguments``.

    None when it was ended by a limit or failed.

    ``turn`` says how many run at once in this process.
    """
    with turn:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the file goes to its standard input
                [sys.executable, "-I", str(Path(program)), *arguments],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                timeout=LONGEST_WAIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    return done.stdout if done.returncode == 0 else None
