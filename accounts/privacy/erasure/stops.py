"""What somebody must end before their data can be erased: what only they can do would never be done."""

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import OF_THE_LAST
from accounts.models import Membership, Organisation, Role, User
from accounts.permissions import ROLES_OF_AUTHORITY
from procurement.still_open import open_of


def stops(person: User, *, actor: Actor) -> list[str]:
    """Sentences, each naming the organisation and who ends it; none when nothing holds the person back.

    ``actor`` is who reads them: orders that the reader does not see are counted and not named.
    """
    found: list[str] = []
    held: dict[int, tuple[Organisation, list[Role]]] = {}
    rows = Membership.objects.filter(user=person, is_active=True, organisation__is_active=True)
    for row in rows.select_related("organisation").order_by("organisation__name", "role"):
        held.setdefault(row.organisation_id, (row.organisation, []))[1].append(Role(row.role))
    for organisation, roles in held.values():
        found += _of_roles(person, organisation, roles)
        found += [
            f"{organisation.name}: {one.sentence}"
            for one in open_of("member", organisation.pk, person.pk, actor=actor)
        ]
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        found.append(_("Satu-satunya pengelola halaman admin. Beri wewenang itu kepada orang lain dahulu."))
    return found


def _of_roles(person: User, organisation: Organisation, roles: list[Role]) -> list[str]:
    found = []
    if authority := [str(role.label) for role in roles if role in ROLES_OF_AUTHORITY]:
        found.append(
            _(
                "%(organisation)s: masih memegang kewenangan sebagai %(roles)s. "
                "Minta administrator lain atau koordinator expo mengakhirinya."
            )
            % {"organisation": organisation.name, "roles": ", ".join(authority)}
        )
    last = _("%(organisation)s: satu-satunya %(role)s. Beri peran itu kepada orang lain dahulu.")
    return found + [
        last % {"organisation": organisation.name, "role": role.label}
        for role in roles
        if role in OF_THE_LAST and not _has_another(person, organisation, role)
    ]


def _has_another(person: User, organisation: Organisation, role: Role) -> bool:
    held = Membership.objects.filter(organisation=organisation, role=role, is_active=True)
    return held.filter(user__is_active=True).exclude(user=person).exists()
