"""Whose data was erased, kept beside the papers and outside the database: a restored backup knows nothing of it.

One small file for each key, with no more than the pseudonym and the moments. :mod:`accounts.privacy.erasure.again` goes
through them.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.core.files.storage import Storage

from accounts.models import ErasureRequest
from procurement.files import storing
from procurement.models.job import job_storage

FOLDER = "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """A key whose data is gone, and what the person is called since.

    ``joined`` tells the person from another one who got the same key after the database was restored.
    """

    user: int
    joined: str
    pseudonym: str
    at: str

    @property
    def line(self) -> str:
        return json.dumps(asdict(self))


def keep(row: ErasureRequest) -> None:
    """Write the file of a request that is done; again is the same."""
    # A restored database gives keys out again, so the file is not named by the key alone.
    name = f"{FOLDER}/{row.user_id}-{row.user.joined_at:%Y%m%dT%H%M%S%f}.json"
    if not storage().exists(name):
        said = Erased(
            user=row.user_id,
            joined=row.user.joined_at.isoformat(),
            pseudonym=row.pseudonym,
            at=row.erased_at.isoformat() if row.erased_at else "",
        )
        storing.save(storage(), name, said.line.encode())


def kept() -> Iterator[Erased]:
    """Everybody in the list, by key."""
    try:
        names = storage().listdir(FOLDER)[1]
    except FileNotFoundError:  # nobody was erased yet
        return
    for name in sorted(names):
        yield read(storing.read(storage(), f"{FOLDER}/{name}").decode())


def read(line: str) -> Erased:
    return Erased(**json.loads(line))


def storage() -> Storage:
    return job_storage()
