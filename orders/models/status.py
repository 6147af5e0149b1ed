"""What the four status fields share: protected from assignment, checked by the database, tried with a sentence."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django_fsm import FSMField, TransitionNotAllowed

from orders.workflow import Step
from procurement.errors import WrongState


def status_field(choices: type[models.TextChoices], default: str) -> Any:
    """A status that only a transition can change."""
    return FSMField(choices=choices.choices, default=default, protected=True, max_length=20, verbose_name=_("keadaan"))


def status_constraint(choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The database knows the allowed values too, so a slip in SQL is refused."""
    return models.CheckConstraint(condition=models.Q(status__in=list(choices.values)), name=name)


def take(step: Callable[[], object], declared: Step, row: Any) -> tuple[str, str]:
    """Run one transition and return ``(from, to)``.

    Raises :class:`WrongState` (409) with a sentence when the present state does not allow it.
    """
    before = row.status
    try:
        step()
    except TransitionNotAllowed as error:
        raise WrongState(
            _("Langkah “%(step)s” tidak dapat dilakukan karena keadaannya sekarang “%(state)s”. Muat ulang halaman.")
            % {"step": declared.label, "state": row.get_status_display()}
        ) from error
    return str(before), str(row.status)
