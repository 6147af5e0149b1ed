"""The weeks of an MSME: its own pages, the same pages for expo staff, and free pieces over all MSMEs.

Each page has two addresses: the MSME's own, and one with the MSME's number for staff. ``msme_id`` is None on the own.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.models import Organisation
from accounts.permissions import is_expo_staff
from msmes.available.forms import WishForm
from msmes.capacity import calendar as weeks
from msmes.capacity import capacity
from msmes.capacity.conflicts import all_conflicts
from msmes.capacity.forms import DayOffForm, PauseForm, UsualWeekForm, WeekForm
from msmes.models import CapacityPlan, Category, District, Msme, Product, WeekException
from msmes.permissions import may, require
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of
from procurement.working_days import monday_of

OVERVIEW_SPANS = (8, 12, 26)


@require_safe
@login_required
def calendar(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Free and reserved weeks of one product, for which orders, and why a week is smaller than usual."""
    actor, msme = _whose(request, msme_id)
    span = _number(request.GET.get("minggu", ""))
    span = span if span in weeks.SPANS else weeks.WEEKS
    found = weeks.calendar_of(
        msme, product_id=_number(request.GET.get("produk", "")), weeks=span, is_own=msme_id is None
    )
    chosen = {"produk": found.product.pk} if found.product else {}
    more = next((one for one in weeks.SPANS if one > span), None)
    return render(
        request,
        "msmes/capacity.html",
        {
            **_frame(actor, msme, msme_id, chosen),
            "calendar": found,
            "tabs": [
                {
                    "label": one.name,
                    "url": f"?{urlencode({'produk': one.pk})}",
                    "active": found.product is not None and one.pk == found.product.pk,
                }
                for one in found.products
            ],
            "more_url": f"?{urlencode({**chosen, 'minggu': more})}#minggu-{span + 1}" if more else "",
            "span": span,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def usual_week(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Declare the usual week of a product."""
    actor, msme = _changing(request, msme_id)
    product_id = _number(request.GET.get("produk", ""))
    plan = CapacityPlan.objects.filter(msme=msme, product_id=product_id).first() if product_id else None
    begin = {"product": product_id} | ({"usual": plan.usual, "work_days": plan.work_days} if plan else {})
    form = UsualWeekForm(request.POST or None, initial=begin, products=_products(msme))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        product = said["product"]
        done = _saved(
            request,
            form,
            msme_id,
            product,
            _("Minggu biasa untuk %(product)s disimpan.") % {"product": product},
            lambda: capacity.set_usual_week(
                msme_id=msme.pk,
                product_id=product.pk,
                usual=said["usual"],
                work_days=said["work_days"],
                actor=actor,
            ),
        )
        if done is not None:
            return done
    return _form_page(request, actor, msme, msme_id, form, "usual")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one_week(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Give one week its own figure, or let the usual week count again."""
    actor, msme = _changing(request, msme_id)
    product_id = _number(request.GET.get("produk", ""))
    day = _day(request.GET.get("mulai", ""))
    own = (
        WeekException.objects.filter(msme=msme, product_id=product_id, week=monday_of(day)).first()
        if product_id and day
        else None
    )
    begin = {"product": product_id, "week": day}
    if own is not None:
        begin |= {"available": own.available, "reason": own.reason}
    form = WeekForm(request.POST or None, initial=begin, products=_products(msme))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        product = said["product"]
        done = _saved(
            request,
            form,
            msme_id,
            product,
            _("Kapasitas minggu itu disimpan."),
            lambda: capacity.set_week(
                msme_id=msme.pk,
                product_id=product.pk,
                week=said["week"],
                available=said["available"],
                reason=said["reason"],
                actor=actor,
            ),
        )
        if done is not None:
            return done
    return _form_page(request, actor, msme, msme_id, form, "week")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def day_off(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Declare a day on which nothing is made."""
    actor, msme = _changing(request, msme_id)
    form = DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _saved(
            request,
            form,
            msme_id,
            None,
            _("Hari libur dicatat."),
            lambda: capacity.set_day_off(
                msme_id=msme.pk, day=said["day"], reason=said["reason"], actor=actor
            ),
        )
        if done is not None:
            return done
    return _form_page(request, actor, msme, msme_id, form, "day_off")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pause(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Make nothing for some days, of one product or at all."""
    actor, msme = _changing(request, msme_id)
    begin = {"product": _number(request.GET.get("produk", ""))}
    form = PauseForm(request.POST or None, initial=begin, products=_products(msme))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        product: Product | None = said["product"]
        done = _saved(
            request,
            form,
            msme_id,
            product,
            _("Jeda produksi dicatat."),
            lambda: capacity.pause(
                msme_id=msme.pk,
                first_day=said["first_day"],
                last_day=said["last_day"],
                product_id=product.pk if product else None,
                reason=said["reason"],
                actor=actor,
            ),
        )
        if done is not None:
            return done
    return _form_page(request, actor, msme, msme_id, form, "pause")


@require_POST
@login_required
def remove(request: Request, msme_id: int | None = None) -> HttpResponse:
    """Take back a pause or a day off; both can be declared again, so it is done at once."""
    actor, msme = _changing(request, msme_id)
    day = _day(request.POST.get("hari", ""))
    if day is not None:
        capacity.set_day_off(msme_id=msme.pk, day=day, off=False, actor=actor)
        messages.success(request, _("Hari libur itu dihapus."))
    else:
        pause_id = _number(request.POST.get("jeda", "")) or 0
        capacity.end_pause(msme_id=msme.pk, pause_id=pause_id, actor=actor)
        messages.success(request, _("Jeda itu dihapus."))
    return redirect(address("capacity", msme_id))


@require_safe
@staff_page
def overview(request: Request) -> HttpResponse:
    """Free pieces by week over all MSMEs: per product, or per MSME of one product."""
    actor = actor_of(request)
    require(may("msme.list", actor))
    span = _number(request.GET.get("minggu", ""))
    days = weeks.mondays(span if span in OVERVIEW_SPANS else OVERVIEW_SPANS[0])
    category = _number(request.GET.get("kategori", ""))
    district = _number(request.GET.get("kabupaten", ""))
    product_id = _number(request.GET.get("produk", ""))
    product = Product.objects.filter(pk=product_id).first() if product_id else None
    rows = (
        weeks.supply_of_product(actor, product=product, weeks=days, district=district)
        if product
        else weeks.supply_by_product(actor, weeks=days, category=category, district=district)
    )
    kept = {"minggu": len(days)} | ({"kabupaten": district} if district else {})
    return render(
        request,
        "msmes/capacity_overview.html",
        {
            "rows": rows,
            "days": days,
            "spans": OVERVIEW_SPANS,
            "product": product,
            "wish": WishForm(actor=actor, product=product) if product and product.is_active else None,
            "category": category,
            "district": district,
            "conflicts": all_conflicts(actor, district=district),
            "categories": Category.objects.order_by("name"),
            "districts": District.objects.order_by("name"),
            "kept": urlencode(kept),
            "totals": [sum(row.weeks[place] or 0 for row in rows) for place in range(len(days))]
            if product
            else None,
        },
    )


# --- Shared by the pages -------------------------------------------------------------------------------------


_TITLES = {
    "usual": gettext_lazy("Minggu biasa"),
    "week": gettext_lazy("Kapasitas satu minggu"),
    "day_off": gettext_lazy("Hari libur usaha"),
    "pause": gettext_lazy("Jeda produksi"),
}


def address(name: str, msme_id: int | None) -> str:
    """A page of capacity, in the reader's own address or in the staff's."""
    return reverse(f"msmes:{name}_of", args=[msme_id]) if msme_id else reverse(f"msmes:{name}")


def _whose(request: Request, msme_id: int | None) -> tuple[Actor, Msme]:
    """Whose weeks the address means. Pages of the other kind of organisation do not exist for the reader."""
    actor = actor_of(request)
    rows = Msme.objects.visible_to(actor).select_related("organisation")
    if msme_id is None:
        is_own = actor.kind == Organisation.Kind.MSME and bool(actor.roles)
        found = rows.filter(pk=actor.organisation_id).first() if is_own else None
    else:
        found = rows.filter(pk=msme_id).first() if is_expo_staff(actor) else None
    if found is None:
        raise NotFound(_("Halaman ini tidak ada, atau bukan untuk Anda."))
    return actor, found


def _changing(request: Request, msme_id: int | None) -> tuple[Actor, Msme]:
    actor, msme = _whose(request, msme_id)
    require(may("capacity.declare", actor))
    return actor, msme


def _frame(actor: Actor, msme: Msme, msme_id: int | None, chosen: dict[str, Any]) -> dict[str, Any]:
    """What every page of capacity needs: whose it is, and where its acts are."""
    query = f"?{urlencode(chosen)}" if chosen else ""
    return {
        "msme": msme,
        "is_own": msme_id is None,
        "may_declare": bool(may("capacity.declare", actor)),
        "calendar_url": address("capacity", msme_id) + query,
        "usual_url": address("capacity_usual", msme_id) + query,
        "week_url": address("capacity_week", msme_id) + query,
        "day_off_url": address("capacity_day_off", msme_id) + query,
        "pause_url": address("capacity_pause", msme_id) + query,
        "remove_url": address("capacity_remove", msme_id),
    }


def _saved(
    request: Request,
    form: Any,
    msme_id: int | None,
    product: Product | None,
    sentence: str,
    verb: Callable[[], object],
) -> HttpResponse | None:
    """Run the verb and lead back to the calendar; None when it refused and the form says why."""

    def act() -> bool:
        verb()
        return True

    if run_verb(form, act) is None:
        return None
    messages.success(request, sentence)
    query = f"?{urlencode({'produk': product.pk})}" if product else ""
    return redirect(address("capacity", msme_id) + query)


def _form_page(
    request: Request, actor: Actor, msme: Msme, msme_id: int | None, form: Any, name: str
) -> HttpResponse:
    product_id = _number(request.GET.get("produk", ""))
    return render_form(
        request,
        "msmes/capacity_form.html",
        form,
        {
            **_frame(actor, msme, msme_id, {"produk": product_id} if product_id else {}),
            "title": _TITLES[name],
            "what": name,
        },
    )


def _products(msme: Msme) -> Any:
    return Product.objects.filter(pk__in=[one.pk for one in weeks.products_of(msme)]).order_by("name")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # A year that Monday arithmetic or the database cannot hold is no day of ours.
    return day if day and abs(day - clock.today()) < timedelta(days=3650) else None
