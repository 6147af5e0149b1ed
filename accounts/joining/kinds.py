"""Which kinds of applications there are. The floors above register theirs; this floor knows none by name."""

from accounts.joining.application import Application
from accounts.models import JoiningSetting, Organisation
from procurement.errors import NotFound

_MODELS: dict[str, type[Application]] = {}
SWITCHES: dict[str, str] = {
    Organisation.Kind.INSTITUTION: "takes_institutions",
    Organisation.Kind.MSME: "takes_msmes",
}
"""The field of :class:`JoiningSetting` that opens the public page of a kind."""


def register(model: type[Application]) -> None:
    """Say that organisations of this kind may apply; called once, when the app is loaded."""
    _MODELS[model.kind] = model


def every() -> list[type[Application]]:
    return list(_MODELS.values())


def model_of(kind: str) -> type[Application]:
    """The applications of a kind."""
    if kind not in _MODELS:
        raise NotFound(kind)
    return _MODELS[kind]


def organisers_for(kind: str) -> list[Organisation]:
    """The organisers to which one of this kind can apply today, by name."""
    rows = JoiningSetting.objects.filter(**{SWITCHES[kind]: True}, organiser__is_active=True)
    return [row.organiser for row in rows.select_related("organiser").order_by("organiser__name")]
