"""The shared directory of institutions: what every organiser may know of each, and asking one to accept it."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.organisers import between
from accounts.permissions import may as may_ask
from buyers.models import Institution
from buyers.permissions import may, require
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of

DIRECTORY = Listing(
    name="direktori-instansi",
    columns=[
        Column(
            "name",
            gettext_lazy("Instansi"),
            value="organisation.name",
            sort="organisation__name",
            lead=True,
            link=lambda row: reverse("buyers:institution", args=[row.pk]),
        ),
        Column("code", gettext_lazy("Kode"), value="organisation.code", sort="organisation__code"),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("city", gettext_lazy("Kota/kabupaten"), sort="city"),
        Column("province", gettext_lazy("Provinsi"), sort="province"),
    ],
    search=["organisation__name", "organisation__code", "city"],
    search_label=gettext_lazy("Cari nama, kode, atau kota"),
    filters=[ChoiceFilter("jenis", gettext_lazy("Jenis"), Institution.Kind.choices, field="kind")],
    default_sort="name",
    empty_title=gettext_lazy("Belum ada instansi"),
    empty_text=gettext_lazy("Instansi semua penyelenggara tampil di sini begitu didaftarkan."),
)


@require_safe
@staff_page
def directory(request: Request) -> HttpResponseBase:
    """Every active institution, including those in the care of other organisers."""
    actor = actor_of(request)
    require(may("institution.list", actor))
    rows = Institution.objects.in_directory_of(actor).filter(organisation__is_active=True)
    return DIRECTORY.respond(
        request,
        rows.select_related("organisation"),
        context={
            "title": _("Direktori bersama: instansi"),
            "lead": _(
                "Nama, jenis, dan kota terbuka bagi semua penyelenggara; yang lain hanya bagi yang diterima."
            ),
        },
    )


def page_of(request: Request, institution: Institution, actor: Actor) -> HttpResponseBase:
    """What an organiser that was not accepted reads of an institution."""
    return render(
        request,
        "accounts/in_directory.html",
        {
            "organisation": institution.organisation,
            "list_url": reverse("buyers:directory"),
            "pairs": [
                (_("Jenis"), institution.get_kind_display()),
                (_("Kota/kabupaten"), institution.city),
                (_("Provinsi"), institution.province),
            ],
            "acceptance": between(institution.pk, actor),
            "may_ask": bool(may_ask("organiser.ask", actor)),
        },
    )
