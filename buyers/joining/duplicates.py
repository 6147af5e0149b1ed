"""What is known already and may be the institution that applies; coordinators read it, the applicant never."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.joining.likeness import MOST_CANDIDATES, Duplicate, is_like, may_be_like
from accounts.models import Membership
from buyers.joining.forms import FREE_MAIL
from buyers.models import Institution, InstitutionApplication


def duplicates_of(application: InstitutionApplication, actor: Actor) -> list[Duplicate]:
    """Institutions and open applications with the same NPWP, phone, domain or nearly the same name."""
    return [*_institutions(application, actor), *_applications(application, actor)]


def _institutions(application: InstitutionApplication, actor: Actor) -> list[Duplicate]:
    at_domain = _at_domain(application)
    rows = (
        Institution.objects.in_directory_of(actor)
        .filter(
            _same(application) | Q(pk__in=at_domain) | may_be_like(application.name, "organisation__name")
        )
        .select_related("organisation")
        .order_by("pk")[:MOST_CANDIDATES]
    )
    kept = set(
        Institution.objects.visible_to(actor)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    found = []
    for row in rows:
        why = _why(application, row)
        if row.pk in at_domain:
            why.append(_("surel di domain yang sama"))
        if is_like(application.name, row.organisation.name):
            why.append(_("nama mirip"))
        if why:
            url = reverse("buyers:institution", args=[row.pk])
            found.append(Duplicate(row.organisation.name, url, why, row.pk if row.pk in kept else None))
    return found


def _applications(application: InstitutionApplication, actor: Actor) -> list[Duplicate]:
    others: QuerySet[InstitutionApplication] = (
        InstitutionApplication.objects.visible_to(actor)
        .filter(status__in=("waiting", "asked"))
        .exclude(pk=application.pk)
    )
    same = _same(application) | Q(email=application.email) | may_be_like(application.name, "name")
    found = []
    for row in others.filter(same).order_by("pk")[:MOST_CANDIDATES]:
        why = _why(application, row)
        if row.email == application.email:
            why.append(_("surel sama"))
        if is_like(application.name, row.name):
            why.append(_("nama mirip"))
        if why:
            name = _("pendaftaran %(name)s") % {"name": row.name}
            found.append(Duplicate(name, reverse("buyers:application", args=[row.pk]), why))
    return found


def _same(application: InstitutionApplication) -> Q:
    found = Q(pk__in=[])
    for name in ("npwp", "phone"):
        value = getattr(application, name)
        if value:
            found |= Q(**{name: value})
    return found


def _why(application: InstitutionApplication, row: Institution | InstitutionApplication) -> list[str]:
    why = []
    if application.npwp and row.npwp == application.npwp:
        why.append(_("NPWP sama"))
    if application.phone and row.phone == application.phone:
        why.append(_("telepon sama"))
    return why


def _at_domain(application: InstitutionApplication) -> set[int]:
    """Institutions with an address, or a person with one, at the domain of the applicant."""
    if not application.domain or application.domain in FREE_MAIL:
        return set()
    end = f"@{application.domain}"
    people = Membership.objects.filter(
        is_active=True, organisation__kind="institution", user__email__iendswith=end
    ).values_list("organisation_id", flat=True)
    own = Institution.objects.filter(email__iendswith=end).values_list("pk", flat=True)
    return {*people.order_by()[:MOST_CANDIDATES], *own.order_by()[:MOST_CANDIDATES]}
