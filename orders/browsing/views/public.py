"""The catalogue for everybody, of editions whose organiser switched it on: to look at and to pass on, nothing else.

No name of an MSME stands on it, and prices only where the organiser chose so. A catalogue that is not switched on, or
whose edition has closed, does not exist.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expo.models import Edition
from msmes.models import Product, ProductPhoto
from msmes.showing import answer_with
from orders.browsing.listings import listing_of
from orders.browsing.queries import certificates_on, kinds_held, makers_of, products_of, tell_range
from procurement.errors import NotFound
from procurement.web.rate_limit import limit
from procurement.web.request import Request

PHOTO = "orders:public_photo"
MOST_ADDRESSES = 50_000
"""What a sitemap may hold."""

MOST_SEARCHES = 120
"""In a minute from one network: a person with a filter, not a program that asks for every combination."""


@login_not_required
@require_safe
def public_catalogue(request: Request, edition_id: int) -> HttpResponseBase:
    """The products of an edition, as cards."""
    edition = _edition(edition_id)
    if request.GET:
        limit(request, "public-catalogue", most=MOST_SEARCHES)
    page = listing_of(edition, has_prices=edition.has_public_prices).page(
        request, products_of(edition.organiser_id)
    )
    page.export_urls = {}
    _show_to_all(page.objects, edition)
    tell_range(page.objects)
    held = certificates_on(page.objects, edition.organiser_id)
    pictures = [photo for one in page.objects for photo in one.photos.all()[:1] if photo.is_ready]
    context = {
        "page": page,
        "cards": [(one, held.get(one.pk, [])) for one in page.objects],
        "edition": edition,
        "share": _share(request, pictures[:1]),
    }
    return render(request, "orders/browsing/public_catalogue.html", context)


@login_not_required
@require_safe
def public_product(request: Request, edition_id: int, product_id: int) -> HttpResponseBase:
    """One product."""
    edition = _edition(edition_id)
    row = products_of(edition.organiser_id).filter(pk=product_id).first()
    if row is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    tell_range([row])
    _show_to_all([row], edition)
    makers = makers_of(row, edition.organiser_id, with_names=False)
    context = {
        "product": row,
        "edition": edition,
        "certificates": kinds_held(makers),
        "regencies": [here.regency for here in makers],
        "share": _share(request, [photo for photo in row.photos.all() if photo.is_ready][:1]),
    }
    return render(request, "orders/browsing/public_product.html", context)


@login_not_required
@require_safe
def public_photo(
    request: Request, edition_id: int, product_photo_id: int, width: int | None = None
) -> HttpResponseBase:
    """A photo of a product, for everybody who may see the catalogue that it is in."""
    _edition(edition_id)
    found = ProductPhoto.objects.filter(pk=product_photo_id, product__is_active=True).first()
    return answer_with(found, width, request)


@login_not_required
@require_safe
def sitemap(request: Request) -> HttpResponse:
    """Every public address of a catalogue, for search engines."""
    products = list(Product.objects.active().order_by("pk").values_list("pk", flat=True))
    addresses: list[str] = []
    for edition in _public().order_by("pk"):
        addresses.append(reverse("orders:public_catalogue", args=[edition.pk]))
        addresses += [reverse("orders:public_product", args=[edition.pk, key]) for key in products]
    lines = [f"<url><loc>{settings.BASE_URL}{one}</loc></url>" for one in addresses[:MOST_ADDRESSES]]
    body = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>",
        ]
    )
    return HttpResponse(body, content_type="application/xml")


def _public() -> QuerySet[Edition]:
    return Edition.objects.open().filter(is_public=True)


def _edition(edition_id: int) -> Edition:
    found = _public().select_related("organiser__organisation").filter(pk=edition_id).first()
    if found is None:
        raise NotFound(_("Katalog itu tidak ada, atau tidak dibuka untuk umum."))
    return found


def _show_to_all(rows: list[Product], edition: Edition) -> None:
    """Photos by addresses that need no sign-in."""
    for row in rows:
        for photo in row.photos.all():
            photo.show_at(PHOTO, edition.pk)


def _share(request: Request, photos: list[ProductPhoto]) -> dict[str, str]:
    """What other sites draw when the address is passed on; by the address of the installation, not of the request."""
    return {
        "url": f"{settings.BASE_URL}{request.path}",
        "picture": f"{settings.BASE_URL}{photos[0].fallback_url}" if photos else "",
        "picture_text": photos[0].text if photos else "",
    }
