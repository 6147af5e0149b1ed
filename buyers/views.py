"""Pages on which an institution reads about itself. Expo staff keep the register."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Membership, Role
from buyers.gates import buyer_page
from buyers.models import Institution
from buyers.permissions import may, require
from procurement import clock
from procurement.errors import NotFound
from procurement.web.request import Request, actor_of


@require_safe
@buyer_page
def profile(request: Request) -> HttpResponseBase:
    """Units, delivery sites, officers with their roles and limits, approval rules: to read, not to change."""
    actor = actor_of(request)
    institution = (
        Institution.objects.visible_to(actor)
        .select_related("organisation")
        .filter(pk=actor.organisation_id)
        .first()
    )
    if institution is None:
        raise NotFound(_("Halaman ini untuk anggota instansi pembeli."))
    require(may("institution.profile", actor))
    roles: dict[int, list[str]] = {}
    members: dict[int, str] = {}
    approvers: set[int] = set()
    for row in (
        Membership.objects.filter(organisation_id=institution.pk, is_active=True, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "role")
    ):
        roles.setdefault(row.user_id, []).append(str(Role(row.role).label))
        members[row.user_id] = row.user.name
        if row.role == Role.APPROVER:
            approvers.add(row.user_id)
    today = clock.today()
    posts = {officer.user_id: officer for officer in institution.officers.all()}
    people = [
        {
            "name": name,
            "roles": ", ".join(roles[user_id]),
            "officer": posts.get(user_id),
            "cannot_sign": user_id in approvers
            and not (user_id in posts and posts[user_id].has_authority(today)),
        }
        for user_id, name in members.items()
    ]
    return render(
        request,
        "buyers/profile.html",
        {
            "institution": institution,
            "pairs": [
                (_("Jenis"), institution.get_kind_display()),
                (_("Induk instansi"), institution.parent_name),
                (_("Kode pada nomor dokumen"), institution.organisation.code),
                (_("Alamat"), f"{institution.address}, {institution.city}, {institution.province}"),
                (_("NPWP"), institution.npwp),
                (_("Telepon"), institution.phone),
                (_("Surel"), institution.email),
                (_("Cara pembayaran"), institution.payment_terms),
                (_("Dasar hukum"), institution.legal_basis),
            ],
            "units": institution.units.order_by("-is_active", "code"),
            "sites": institution.sites.order_by("-is_active", "name"),
            "rules": institution.approval_rules.all(),
            "people": people,
            "similar_rule": institution.get_similar_rule_display(),
        },
    )
