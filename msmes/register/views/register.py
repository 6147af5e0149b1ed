"""The register of MSMEs, for expo staff: find, look at, and (coordinators) write."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.models import Membership, Role
from msmes.banking.queries import open_change
from msmes.history import TELLING
from msmes.models import Category, District, Msme
from msmes.own.queries import certificates_of
from msmes.permissions import may, require
from msmes.register.forms import MsmeForm, OwnerForm, msme_as_typed
from msmes.register.registry import add_owner, change_msme, register_msme
from msmes.register.views import shared
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb, unread
from procurement.input.opened import Opened
from procurement.lists.listing import ChoiceFilter, Column, Flag, Listing
from procurement.models import Event
from procurement.still_open import sentences_of, unless_stopped
from procurement.templatetags.words import tanggal_text
from procurement.web.request import Request, actor_of


def _offering(rows: QuerySet[Any], category_id: str) -> QuerySet[Any]:
    return rows.filter(
        pk__in=Msme.objects.filter(
            offers__is_active=True, offers__product__category_id=int(category_id)
        ).values("pk")
    )


DIRECTORY = Listing(
    name="umkm",
    columns=[
        Column(
            "name",
            gettext_lazy("UMKM"),
            value="organisation.name",
            sort="organisation__name",
            lead=True,
            link=lambda row: reverse("msmes:detail", args=[row.pk]),
            note="owner_name",
        ),
        Column("district", gettext_lazy("Kabupaten/kota"), value="district.name", sort="district__name"),
        Column("size", gettext_lazy("Kelas"), value="get_size_display", sort="size"),
        Column("offer_count", gettext_lazy("Produk ditawarkan"), kind="number", sort="offer_count"),
        Column("phone", gettext_lazy("Nomor WhatsApp")),
        Column("nib", "NIB", sort="nib", phone=False),
        Column(
            "is_active",
            gettext_lazy("Keadaan"),
            value=lambda row: row.organisation.is_active,
            kind="state",
            flow="active",
            sort="organisation__is_active",
        ),
        Column("code", gettext_lazy("Kode"), value="organisation.code", shown=False),
        Column("province", gettext_lazy("Provinsi"), value="district.province", shown=False),
        Column("npwp", "NPWP", shown=False),
        Column(
            "is_taxable",
            "PKP",
            value=lambda row: _("ya") if row.is_taxable else _("tidak"),
            shown=False,
        ),
        Column("address", gettext_lazy("Alamat"), shown=False),
        Column("bank_name", gettext_lazy("Bank"), shown=False),
        Column("bank_account", gettext_lazy("Nomor rekening"), shown=False),
        Column("bank_holder", gettext_lazy("Pemilik rekening"), shown=False),
        Column(
            "is_example",
            gettext_lazy("Data contoh"),
            value=lambda row: _("ya") if row.is_example else _("tidak"),
            shown=False,
        ),
    ],
    search=["organisation__name", "organisation__code", "owner_name", "nib", "district__name"],
    search_label=gettext_lazy("Cari nama, NIB, atau kabupaten/kota"),
    filters=[
        ChoiceFilter(
            "kabupaten",
            gettext_lazy("Kabupaten/kota"),
            lambda: District.objects.order_by("name").values_list("pk", "name"),
            field="district_id",
        ),
        ChoiceFilter("kelas", gettext_lazy("Kelas"), Msme.Class.choices, field="size"),
        ChoiceFilter(
            "kategori",
            gettext_lazy("Menawarkan kategori"),
            lambda: Category.objects.order_by("name").values_list("pk", "name"),
            apply=_offering,
        ),
        Flag("pkp", gettext_lazy("Hanya PKP"), Q(is_taxable=True)),
        Flag("contoh", gettext_lazy("Hanya data contoh"), Q(is_example=True)),
    ],
    default_sort="name",
    empty_title=gettext_lazy("Belum ada UMKM"),
    empty_text=gettext_lazy("Daftarkan satu per satu, atau impor dari lembar kerja."),
)


@require_safe
@staff_page
def directory(request: Request) -> HttpResponseBase:
    """Every MSME in the care of the organiser."""
    actor = actor_of(request)
    require(may("msme.list", actor))
    rows = Msme.objects.visible_to(actor).for_list()
    return DIRECTORY.respond(
        request,
        rows,
        "msmes/directory.html",
        {
            "may_register": bool(may("msme.register", actor)),
            "directory_url": reverse("msmes:shared_directory") if not actor.is_operator else "",
        },
    )


@require_safe
@staff_page
def detail(request: Request, msme_id: int) -> HttpResponseBase:
    """Identity, owners, offers, history, or its place in the directory; its orders are on a page of ``orders``."""
    actor = actor_of(request)
    rows = Msme.objects.select_related("organisation", "district").filter(pk=msme_id)
    msme = rows.visible_to(actor).first()
    if msme is None:
        known = rows.in_directory_of(actor).first()
        if known is None:
            raise NotFound(_("UMKM itu tidak ada."))
        return shared.page_of(request, known, actor)
    owners = (
        Membership.objects.filter(organisation_id=msme.pk, role=Role.OWNER)
        .select_related("user")
        .order_by("-is_active", "user__name")
    )
    events = Event.objects.of_stream(msme.stream).for_timeline()[:50]
    change = open_change(msme)
    context = {
        "msme": msme,
        "change": change,
        "may_cancel_bank": change is not None and bool(may("bank.cancel", actor)),
        "owners": list(owners),
        "offers": list(
            msme.offers.select_related("product__category")
            .prefetch_related("photos")
            .order_by("-is_active", "product__name")
        ),
        "certificates": certificates_of(msme),
        "entries": TELLING.entries(events),
        "may_change": bool(may("msme.change", actor)),
        "may_add_owner": bool(may("msme.add_owner", actor)),
    }
    return render(request, "msmes/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new(request: Request) -> HttpResponse:
    """Register an MSME."""
    actor = actor_of(request)
    require(may("msme.register", actor))
    form = MsmeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        msme = run_verb(form, register_msme, actor=actor, identity=form.identity(), contact=form.contact())
        if msme is not None:
            messages.success(
                request, _("%(msme)s terdaftar. Tambahkan pemiliknya agar dapat masuk.") % {"msme": msme}
            )
            return redirect("msmes:detail", msme.pk)
    return render_form(request, "msmes/edit.html", form, {"msme": None})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit(request: Request, msme_id: int) -> HttpResponse:
    """Correct what the register says."""
    actor = actor_of(request)
    msme = _found(actor, msme_id)
    require(may("msme.change", actor))
    form = MsmeForm(request.POST or None, initial=msme_as_typed(msme))
    opened = Opened(
        request, form, lambda: MsmeForm(initial=msme_as_typed(_found(actor, msme_id))), stream=msme.stream
    )
    doubts: list[str] = []
    if request.method == "POST" and form.is_valid():
        doubts = unread(request, _left_open(msme, form.cleaned_data, actor))
    if request.method == "POST" and form.is_valid() and not doubts:
        done = run_verb(
            form,
            change_msme,
            msme_id=msme.pk,
            actor=actor,
            identity=form.identity(),
            contact=form.contact(),
            unchanged=opened,
        )
        if done is not None:
            messages.success(request, _("Data %(msme)s disimpan.") % {"msme": done})
            if (change := open_change(done)) is not None and change.effective_on:
                messages.warning(
                    request,
                    _(
                        "Rekening lain berlaku mulai %(day)s; nomor lama diberi tahu dan dapat menghentikannya."
                    )
                    % {"day": tanggal_text(change.effective_on)},
                )
            return redirect("msmes:detail", msme.pk)
    return render_form(request, "msmes/edit.html", form, {"msme": msme, "doubts": doubts})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def owner_new(request: Request, msme_id: int) -> HttpResponse:
    """Let a person act for an MSME."""
    actor = actor_of(request)
    msme = _found(actor, msme_id)
    require(may("msme.add_owner", actor))
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = run_verb(form, add_owner, msme_id=msme.pk, actor=actor, **form.cleaned_data)
        if done is not None:
            messages.success(
                request,
                _("%(name)s dapat bertindak untuk %(msme)s dan diberi tahu lewat surel.")
                % {"name": done.user, "msme": msme},
            )
            return redirect("msmes:detail", msme.pk)
    return render_form(request, "msmes/owner.html", form, {"msme": msme})


def _left_open(msme: Msme, said: dict[str, Any], actor: Actor) -> list[str]:
    """What a change of an MSME leaves open, to be asked once. What stops it the verb refuses, and nothing is asked."""
    found: list[str] = []
    if msme.organisation.is_active and not said["is_active"]:
        found += unless_stopped("msme", msme.pk, actor=actor)
    elif said["is_taxable"] != msme.is_taxable:
        found += sentences_of("quotes of an msme", msme.pk, actor=actor)
    return found


def _found(actor: Actor, msme_id: int) -> Msme:
    found = (
        Msme.objects.visible_to(actor).select_related("organisation", "district").filter(pk=msme_id).first()
    )
    if found is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return found
