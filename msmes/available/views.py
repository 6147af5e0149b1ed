"""“Can it be made by then?”, as a page and, by htmx, as the part of a page that asked."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from msmes.available.forms import WishForm
from msmes.models import Product
from msmes.permissions import may
from procurement.errors import NotFound
from procurement.input.forms import render_form
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def available(request: Request, product_id: int) -> HttpResponse:
    """Ask for a quantity and a day; the address holds both, so the answer can be opened again."""
    actor = actor_of(request)
    product = Product.objects.active().select_related("category").filter(pk=product_id).first()
    if product is None or not may("capacity.available", actor):
        raise NotFound(_("Halaman ini tidak ada, atau hanya untuk instansi pembeli dan penyelenggara expo."))
    is_asked = "quantity" in request.GET or "wanted_on" in request.GET
    wish = WishForm(request.GET if is_asked else None, actor=actor, product=product)
    said = wish.answer() if is_asked and wish.is_valid() else None
    return render_form(
        request, "msmes/available.html", wish, {"product": product, "wish": wish, "said": said}
    )
