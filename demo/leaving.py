"""Two who left: one whose personal data was erased, and one whose request waits for a decision."""

from django.db import transaction

from accounts.acting import Actor
from accounts.members import find_or_make_person, write_roles
from accounts.models import ErasureRequest, Role, User
from accounts.privacy.erasure import erasing
from accounts.privacy.erasure.requests import accept_erasure, ask_for_erasure
from demo.people import EMAIL_DOMAIN


def come(staff: Actor) -> None:
    """Two interns watch the expo."""
    for login, name in (("magang1", "Kirana Puspitasari (contoh)"), ("magang2", "Bayu Wijaya (contoh)")):
        with transaction.atomic():
            write_roles(
                organisation_id=staff.organisation_id or 0,
                user=find_or_make_person(email=f"{login}@{EMAIL_DOMAIN}", name=name, actor=staff),
                roles=[Role.VIEWER],
                actor=staff,
                asks_to_come=False,
            )


def leave(staff: Actor) -> None:
    """The first is erased on the same day; of the second the coordinators have not decided."""
    first = accept_erasure(request_id=_ask("magang1").pk, actor=staff)
    erasing.erase(request_id=first.pk)
    _ask("magang2", "Magang saya sudah selesai.")


def _ask(login: str, words: str = "") -> ErasureRequest:
    person = User.objects.get(email=f"{login}@{EMAIL_DOMAIN}")
    return ask_for_erasure(actor=Actor(user=person, organisation=None), words=words)
