"""Pages of the catalogue: for institutions and expo staff. MSMEs have none, because prices of others are on them."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from expo.choosing import KEY, chosen_edition
from expo.models import Edition
from msmes.available.forms import WishForm
from orders.browsing.forms import AddForm, begun
from orders.browsing.gates import browsing_page
from orders.browsing.listings import listing_of
from orders.browsing.queries import also_made, certificates_on, kinds_held, makers_of, products_of, tell_range
from orders.permissions import may
from orders.requesting.basket import add_to_draft, open_draft
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of


@require_safe
@browsing_page
def catalogue(request: Request) -> HttpResponseBase:
    """What can be ordered in an edition, as cards."""
    actor = actor_of(request)
    editions = _editions(actor)
    edition = chosen_edition(request, editions)
    if edition is None:
        raise NotFound(_("Belum ada penyelenggaraan expo, jadi belum ada katalog."))
    listing, rows = listing_of(edition), products_of(edition.organiser_id)
    if request.GET.get("export", "") in listing.exports:
        return listing.respond(request, rows)
    page = listing.page(request, rows)
    tell_range(page.objects)
    held = certificates_on(page.objects, edition.organiser_id)
    context = {
        "page": page,
        "cards": [(one, held.get(one.pk, [])) for one in page.objects],
        "edition": edition,
        "editions": editions,
        "key": KEY,
    }
    return render(request, "orders/browsing/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@browsing_page
def product(request: Request, product_id: int) -> HttpResponseBase:
    """One product: what it is, who makes it, and into the draft with it."""
    actor = actor_of(request)
    editions = _editions(actor)
    edition = chosen_edition(request, editions)
    row = products_of(edition.organiser_id).filter(pk=product_id).first() if edition else None
    if edition is None or row is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    tell_range([row])
    may_draft = bool(may("order.draft", actor)) and edition.closed_at is None
    form = AddForm(request.POST or None, initial=begun(row))
    if request.method == "POST":
        if not may_draft:
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk pemohon instansi."))
        if form.is_valid():
            order = run_verb(
                form,
                add_to_draft,
                product_id=row.pk,
                edition_id=edition.pk,
                actor=actor,
                **form.cleaned_data,
            )
            if order is not None:
                messages.success(
                    request,
                    _("%(product)s masuk konsep %(order)s.") % {"product": row, "order": order.number},
                )
                return redirect(f"{reverse('orders:product', args=[row.pk])}?{KEY}={edition.pk}")
    makers = makers_of(row, edition.organiser_id, with_names=edition.shows_makers or actor.kind == "expo")
    context = {
        "product": row,
        "edition": edition,
        "key": KEY,
        "makers": makers,
        "certificates": kinds_held(makers),
        "others": also_made(row, edition.organiser_id),
        "wish": WishForm(actor=actor, product=row, organiser_id=edition.organiser_id),
        "may_draft": may_draft,
        "draft": open_draft(actor, edition.pk) if may_draft else None,
    }
    return render_form(request, "orders/browsing/product.html", form, context)


def _editions(actor: Actor) -> list[Edition]:
    """The open ones first: what is over is looked at, but not ordered from."""
    rows = Edition.objects.visible_to(actor).select_related("organiser__organisation")
    return sorted(rows.order_by("-starts_on", "-pk"), key=lambda one: one.closed_at is not None)
