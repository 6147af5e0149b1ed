"""Who acts, and for whom: the one value that every verb and every ``visible_to`` asks."""

from dataclasses import dataclass, field

from accounts.models import Membership, Organisation, Role, User
from procurement.models import Job


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for one organisation, with the roles they hold in it; or the system itself.

    Roles are read from the database at each request, so a role that was taken away is gone at the next one.
    """

    user: User | None
    organisation: Organisation | None
    roles: frozenset[str] = field(default_factory=frozenset)
    request_id: str = ""

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def organisation_id(self) -> int | None:
        return self.organisation.pk if self.organisation else None

    @property
    def kind(self) -> str:
        """``institution``, ``msme``, ``expo``; ``system`` for beat and workers, ``none`` without organisation."""
        if self.organisation:
            return self.organisation.kind
        return "none" if self.user else "system"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_operator(self) -> bool:
        """Whether the person acts for the organiser that runs the installation."""
        return bool(self.organisation and self.organisation.is_operator and self.roles)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(user=None, organisation=None)


def somebody_of(kind: str, organisation_id: int) -> Actor:
    """A stand-in actor with all roles, for compiling queries that depend only on the organisation."""
    organisation = Organisation(pk=organisation_id, kind=kind)
    return Actor(user=None, organisation=organisation, roles=frozenset(Role.values))


def actor_for(*, user: User, organisation: Organisation, request_id: str = "") -> Actor:
    """The actor that ``user`` is when acting for ``organisation``; without roles when not a member."""
    roles = Membership.objects.filter(
        user=user,
        organisation=organisation,
        is_active=True,
        organisation__is_active=True,
        user__is_active=True,
    ).values_list("role", flat=True)
    return Actor(user=user, organisation=organisation, roles=frozenset(roles), request_id=request_id)


def actor_of_job(job: Job) -> Actor:
    """Who asked for a job, with the roles that they hold now: what was taken away since is gone for the worker too."""
    if job.user is None or job.organisation is None:
        return SYSTEM
    return actor_for(user=job.user, organisation=job.organisation, request_id=f"job-{job.pk}")
