"""What the four status fields share: protected from assignment, and known to the database."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField


def status_field(choices: type[models.TextChoices], default: str) -> Any:
    """A status that only a transition can change."""
    return FSMField(
        choices=choices.choices, default=default, protected=True, max_length=20, verbose_name=_("keadaan")
    )


def status_constraint(choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The database knows the allowed values too, so a slip in SQL is refused."""
    return models.CheckConstraint(condition=models.Q(status__in=list(choices.values)), name=name)
