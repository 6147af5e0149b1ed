"""One notification of an app: its act, the roles that read it, the sentence, and the page that it links to.

Each app keeps its tellings in one table (``<app>/messages.py``); a verb names the row and says of whom it speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from procurement.rows.recording import Recorder


@dataclass(frozen=True, slots=True)
class RegisterMessage:
    """``sentence`` is a message id with places for values; without ``roles`` the act says which roles decide."""

    act: str
    roles: tuple[str, ...]
    sentence: str
    page: str

    def tell(
        self,
        recorder: Recorder,
        organisation_id: int,
        *,
        roles: Sequence[str] = (),
        args: Sequence[Any] = (),
        query: str = "",
        person_id: int | None = None,
        **values: str,
    ) -> None:
        """Tell the people of an organisation, or one of them; ``args`` and ``query`` complete the page's address."""
        told = tuple(str(role) for role in self.roles or roles)
        address = reverse(self.page, args=args) + query
        recorder.tell(organisation_id, told, self.sentence, address, person_id=person_id, **values)
