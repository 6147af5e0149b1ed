"""What somebody had typed when their session ended: kept with the browser's session until they have signed in again.

It is shown to a member of the organisation that the form was opened for, in the same browser, within an hour.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from procurement import clock

_KEY = "typed_before_sign_in"
_LIVES = 60 * 60
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was not sent: where to, for which organisation, and its fields."""

    path: str
    organisation_id: int
    fields: list[tuple[str, str]]

    @property
    def shown(self) -> list[str]:
        """What a person wrote or chose, to recognise it by."""
        return [value for name, value in self.fields if not name.startswith("_") and value.strip()]


def keep(request: HttpRequest, *, meant_for: str) -> bool:
    """Keep the fields of a form; False for files, for what is too large, and for forms of no organisation."""
    if request.FILES or not (meant_for.isascii() and meant_for.isdigit() and len(meant_for) < 19):
        return False
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    if sum(len(name) + len(value) for name, value in fields) > _LARGEST:
        return False
    request.session[_KEY] = {
        "path": request.get_full_path(),
        "for": int(meant_for),
        "fields": fields,
        "at": clock.now().timestamp(),
    }
    return True


def kept(request: HttpRequest) -> Typed | None:
    """What was kept in this browser, unless it is too old."""
    found = request.session.get(_KEY)
    if found is None or clock.now().timestamp() - found["at"] > _LIVES:
        forget(request)
        return None
    return Typed(found["path"], found["for"], [(name, value) for name, value in found["fields"]])


def forget(request: HttpRequest) -> None:
    """It was sent, or is not theirs."""
    request.session.pop(_KEY, None)
