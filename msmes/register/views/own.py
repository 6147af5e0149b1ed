"""What an MSME says about itself: its products with price and time, and how it is reached."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from msmes.banking.queries import open_change
from msmes.catalogue.forms import OfferForm
from msmes.catalogue.offers import set_offer, stop_offer
from msmes.gates import producer_page
from msmes.history import TELLING
from msmes.models import Msme, Offer, Product
from msmes.permissions import may, require
from msmes.register.forms import ReachForm, reached_at
from msmes.register.registry import change_contact
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.models import Event
from procurement.web.request import Request, actor_of


@require_safe
@producer_page
def offers(request: Request) -> HttpResponse:
    """What I offer, each with price, minimum and time."""
    actor = actor_of(request)
    require(may("offer.list", actor))
    rows = (
        Offer.objects.visible_to(actor)
        .select_related("product__category")
        .prefetch_related("photos")
        .order_by("-is_active", "product__category__name", "product__name")
    )
    return render(request, "msmes/offers.html", {"offers": list(rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def offer_new(request: Request) -> HttpResponse:
    """Offer one more product of the catalogue."""
    actor = actor_of(request)
    require(may("offer.set", actor))
    mine = Offer.objects.visible_to(actor).values("product_id")
    products = Product.objects.active().exclude(pk__in=mine).order_by("name")
    form = OfferForm(request.POST or None, products=products)
    if request.method == "POST" and form.is_valid():
        offer = run_verb(form, set_offer, msme_id=actor.organisation_id or 0, offer=form.offer(), actor=actor)
        if offer is not None:
            messages.success(request, _("%(product)s sekarang Anda tawarkan.") % {"product": offer.product})
            return redirect("msmes:offers")
    return render_form(request, "msmes/offer.html", form, {"title": _("Tambah produk"), "offer": None})


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def offer_edit(request: Request, offer_id: int) -> HttpResponse:
    """Change price, minimum or time; a stopped offer is taken up again."""
    actor = actor_of(request)
    offer = _my_offer(actor, offer_id)
    require(may("offer.set", actor))
    said = _offered(offer)
    form = OfferForm(request.POST or None, initial=said)
    opened = Opened(
        request,
        form,
        lambda: OfferForm(initial=_offered(_my_offer(actor, offer_id))),
        stream=offer.msme.stream,
    )
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            set_offer,
            msme_id=offer.msme_id,
            offer=form.offer(offer.product_id),
            actor=actor,
            unchanged=opened,
        )
        if done is not None:
            messages.success(request, _("Tawaran %(product)s disimpan.") % {"product": offer.product})
            return redirect("msmes:offers")
    return render_form(request, "msmes/offer.html", form, {"title": offer.product.name, "offer": offer})


@require_POST
@producer_page
def offer_stop(request: Request, offer_id: int) -> HttpResponse:
    """Offer it no more; it can be taken up again at any time."""
    actor = actor_of(request)
    offer = _my_offer(actor, offer_id)
    run_verb(None, stop_offer, msme_id=offer.msme_id, offer_id=offer.pk, actor=actor)
    messages.success(
        request,
        _("%(product)s tidak lagi Anda tawarkan. Pesanan yang sudah ada tetap berjalan.")
        % {"product": offer.product},
    )
    return redirect("msmes:offers")


@require_safe
@producer_page
def profile(request: Request) -> HttpResponse:
    """What the register says of my business."""
    actor = actor_of(request)
    require(may("msme.profile", actor))
    msme = _my_msme(actor)
    events = Event.objects.of_stream(msme.stream).for_party(msme.pk).for_timeline()[:20]
    return render(
        request,
        "msmes/profile.html",
        {
            "msme": msme,
            "change": open_change(msme),
            "entries": TELLING.entries(events),
            "may_fill_account": bool(may("bank.change", actor)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def profile_edit(request: Request) -> HttpResponse:
    """Telephone and address are mine to change; the rest staff compare with papers."""
    actor = actor_of(request)
    require(may("msme.change_contact", actor))
    msme = _my_msme(actor)
    form = ReachForm(request.POST or None, initial=reached_at(msme))
    opened = Opened(request, form, lambda: ReachForm(initial=reached_at(_my_msme(actor))), stream=msme.stream)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form, change_contact, msme_id=msme.pk, actor=actor, unchanged=opened, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, _("Profil usaha disimpan."))
            return redirect("msmes:profile")
    return render_form(request, "msmes/profile_edit.html", form, {"msme": msme})


def _offered(offer: Offer) -> dict[str, Any]:
    """What is offered, as the form begins with it."""
    return {"price": offer.price, "minimum": offer.minimum, "lead_time_days": offer.lead_time_days}


def _my_msme(actor: Actor) -> Msme:
    found = Msme.objects.visible_to(actor).select_related("organisation", "district").first()
    if found is None:
        raise NotFound(_("Data usaha Anda belum terdaftar. Hubungi penyelenggara expo."))
    return found


def _my_offer(actor: Actor, offer_id: int) -> Any:
    found = Offer.objects.visible_to(actor).select_related("product__category").filter(pk=offer_id).first()
    if found is None:
        raise NotFound(_("Produk itu tidak ada dalam daftar Anda."))
    return found
