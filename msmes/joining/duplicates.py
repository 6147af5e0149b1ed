"""What is known already and may be the MSME that applies. For coordinators alone; the applicant learns nothing."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.joining.likeness import MOST_CANDIDATES, Duplicate, is_like, may_be_like
from msmes.models import Msme, MsmeApplication

_NUMBERS = ("nib", "npwp", "phone")


def duplicates_of(application: MsmeApplication, actor: Actor) -> list[Duplicate]:
    """MSMEs and open applications with the same NIB, NPWP or phone, or nearly the same name."""
    return [*_msmes(application, actor), *_applications(application, actor)]


def _msmes(application: MsmeApplication, actor: Actor) -> list[Duplicate]:
    rows = (
        Msme.objects.in_directory_of(actor)
        .filter(_same(application) | may_be_like(application.name, "organisation__name"))
        .select_related("organisation")
        .order_by("pk")[:MOST_CANDIDATES]
    )
    keys = [row.pk for row in rows]
    kept = set(Msme.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    found = []
    for row in rows:
        why = _why(application, row, row.organisation.name)
        if why:
            url = reverse("msmes:detail", args=[row.pk])
            found.append(Duplicate(row.organisation.name, url, why, row.pk if row.pk in kept else None))
    return found


def _applications(application: MsmeApplication, actor: Actor) -> list[Duplicate]:
    others: QuerySet[MsmeApplication] = (
        MsmeApplication.objects.visible_to(actor)
        .filter(status__in=("waiting", "asked"))
        .exclude(pk=application.pk)
    )
    found = []
    same = _same(application) | may_be_like(application.name, "name")
    for row in others.filter(same).order_by("pk")[:MOST_CANDIDATES]:
        why = _why(application, row, row.name)
        if why:
            name = _("pendaftaran %(name)s") % {"name": row.name}
            found.append(Duplicate(name, reverse("msmes:application", args=[row.pk]), why))
    return found


def _same(application: MsmeApplication) -> Q:
    found = Q(pk__in=[])
    for name in _NUMBERS:
        value = getattr(application, name)
        if value:
            found |= Q(**{name: value})
    return found


def _why(application: MsmeApplication, row: Msme | MsmeApplication, name: str) -> list[str]:
    words = {"nib": _("NIB sama"), "npwp": _("NPWP sama"), "phone": _("telepon sama")}
    why = [words[one] for one in _NUMBERS if getattr(application, one) == getattr(row, one) != ""]
    if is_like(application.name, name):
        why.append(_("nama mirip"))
    return why
