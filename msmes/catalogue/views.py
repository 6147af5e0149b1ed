"""The catalogue, for expo staff."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from msmes.catalogue import photos
from msmes.catalogue.catalogue import add_category, add_product, change_category, change_product
from msmes.catalogue.forms import CategoryForm, ProductForm, StepsForm, product_as_typed
from msmes.catalogue.sharing import require_unshared
from msmes.history import TELLING
from msmes.models import Category, Product, ProductPhoto
from msmes.own.forms import PHOTO_SENT, PhotoForm, place_sent
from msmes.permissions import may, may_change_category, may_change_product, require
from msmes.photos import MOST
from msmes.showing import answer_with
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb, unread
from procurement.input.opened import Opened
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.models import Event
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of

CATALOGUE = Listing(
    name="katalog",
    columns=[
        Column(
            "name",
            gettext_lazy("Produk"),
            sort="name",
            lead=True,
            link=lambda row: reverse("msmes:product_edit", args=[row.pk]),
            note="code",
        ),
        Column("category", gettext_lazy("Kategori"), value="category.name", sort="category__name"),
        Column("unit", gettext_lazy("Satuan")),
        Column("reference_price", gettext_lazy("Harga acuan"), kind="money", sort="reference_price"),
        Column("offer_count", gettext_lazy("Ditawarkan UMKM"), kind="number", sort="offer_count"),
        Column("is_active", gettext_lazy("Keadaan"), kind="state", flow="active", sort="is_active"),
        Column("code", gettext_lazy("Kode"), shown=False),
        Column("specification", gettext_lazy("Spesifikasi"), shown=False),
    ],
    search=["name", "code", "specification"],
    search_label=gettext_lazy("Cari nama, kode, atau spesifikasi"),
    filters=[
        ChoiceFilter(
            "kategori",
            gettext_lazy("Kategori"),
            lambda: Category.objects.order_by("name").values_list("pk", "name"),
            field="category_id",
        ),
        ChoiceFilter(
            "keadaan",
            gettext_lazy("Keadaan"),
            [("1", gettext_lazy("Aktif")), ("0", gettext_lazy("Tidak aktif"))],
            apply=lambda rows, value: rows.filter(is_active=value == "1"),
        ),
    ],
    default_sort="name",
    empty_title=gettext_lazy("Katalog masih kosong"),
    empty_text=gettext_lazy("Tambahkan produk agar instansi dapat memesannya dan UMKM menawarkannya."),
    empty_url_name="msmes:product_new",
    empty_verb=gettext_lazy("Tambah produk"),
)


CATEGORIES = Listing(
    name="kategori",
    columns=[
        Column(
            "name",
            gettext_lazy("Kategori"),
            sort="name",
            lead=True,
            link=lambda row: reverse("msmes:category_edit", args=[row.pk]),
            note="code",
        ),
        Column("steps", gettext_lazy("Tahap produksi")),
        Column("product_count", gettext_lazy("Produk"), kind="number", sort="product_count"),
        Column("code", gettext_lazy("Kode"), shown=False),
    ],
    search=["name", "code"],
    search_label=gettext_lazy("Cari nama atau kode"),
    default_sort="name",
    empty_title=gettext_lazy("Belum ada kategori"),
    empty_text=gettext_lazy("Produk katalog memerlukan kategori; tahap produksi mengikuti kategorinya."),
    empty_url_name="msmes:category_new",
    empty_verb=gettext_lazy("Tambah kategori"),
)


def _category_address_for(actor: Actor) -> Callable[[Category], str]:
    def address(row: Category) -> str:
        return reverse("msmes:category_edit", args=[row.pk]) if may_change_category(actor, row) else ""

    return address


@require_safe
@staff_page
def categories(request: Request) -> HttpResponseBase:
    """Every category with its steps; the name leads to its form for those who may change it."""
    actor = actor_of(request)
    require(may("catalogue.list", actor))
    may_add = bool(may("catalogue.add", actor))
    listing = CATEGORIES if may_add else replace(CATEGORIES, empty_url_name="")
    return listing.led_by("name", _category_address_for(actor)).respond(
        request, Category.objects.for_list(), "msmes/categories.html", {"may_add": may_add}
    )


def _address_for(actor: Actor) -> Callable[[Product], str]:
    """Where the name of a product leads: to its form for those who may change it, else nowhere."""

    def address(row: Product) -> str:
        return reverse("msmes:product_edit", args=[row.pk]) if may_change_product(actor, row) else ""

    return address


@require_safe
@staff_page
def catalogue(request: Request) -> HttpResponseBase:
    """Every product, offered or not."""
    actor = actor_of(request)
    require(may("catalogue.list", actor))
    may_add = bool(may("catalogue.add", actor))
    listing = CATALOGUE if may_add else replace(CATALOGUE, empty_url_name="")
    return listing.led_by("name", _address_for(actor)).respond(
        request, Product.objects.for_list(), "msmes/catalogue.html", {"may_add": may_add}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def product_new(request: Request) -> HttpResponse:
    """Put a product into the catalogue."""
    actor = actor_of(request)
    require(may("catalogue.add", actor))
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        product = run_verb(form, add_product, actor=actor, product=form.product())
        if product is not None:
            messages.success(request, _("%(product)s masuk katalog.") % {"product": product})
            return redirect("msmes:catalogue")
    return render_form(request, "msmes/product.html", form, {"product": None})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def product_edit(request: Request, product_id: int) -> HttpResponse:
    """Correct a product, or take it out of the catalogue."""
    actor = actor_of(request)
    require(may("catalogue.change", actor))
    product = Product.objects.select_related("category").filter(pk=product_id).first()
    if product is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    require(may_change_product(actor, product))
    form = ProductForm(request.POST or None, initial=product_as_typed(product))
    opened = Opened(
        request,
        form,
        lambda: ProductForm(initial=product_as_typed(Product.objects.get(pk=product_id))),
        stream=product.stream,
    )
    doubts: list[str] = []
    ends = request.method == "POST" and form.is_valid() and product.is_active
    if ends and not form.cleaned_data["is_active"]:
        doubts = unread(request, sentences_of("product", product.pk, actor=actor))
    if request.method == "POST" and form.is_valid() and not doubts:
        done = run_verb(
            form, change_product, product_id=product.pk, actor=actor, product=form.product(), unchanged=opened
        )
        if done is not None:
            messages.success(request, _("%(product)s disimpan.") % {"product": done})
            return redirect("msmes:catalogue")
    entries = TELLING.entries(Event.objects.of_stream(product.stream).for_timeline()[:20])
    return render_form(
        request, "msmes/product.html", form, {"product": product, "entries": entries, "doubts": doubts}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def product_photos(request: Request, product_id: int) -> HttpResponse:
    """The photos of a product, and one more."""
    actor = actor_of(request)
    require(may("catalogue.change", actor))
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    require(may_change_product(actor, product))
    rows = list(product.photos.all())
    form = PhotoForm(request.POST or None, request.FILES or None, of=product.name, count=len(rows))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = run_verb(
            form,
            photos.add_product_photo,
            product_id=product.pk,
            picture=said["photo"],
            text=said["text"],
            actor=actor,
        )
        if done is not None:
            messages.success(request, PHOTO_SENT)
            return redirect("msmes:product_photos", product.pk)
    context = {"product": product, "photos": rows, "is_full": len(rows) >= MOST, "most": MOST}
    return render_form(request, "msmes/product_photos.html", form, context)


@require_POST
@staff_page
def product_photo_move(request: Request, product_photo_id: int) -> HttpResponse:
    """Show this photo at another place."""
    photo = run_verb(
        None,
        photos.move_product_photo,
        photo_id=product_photo_id,
        place=place_sent(request.POST.get("place", "")),
        actor=actor_of(request),
    )
    messages.success(request, _("Urutan foto disimpan."))
    return redirect("msmes:product_photos", photo.product_id)


@require_POST
@staff_page
def product_photo_remove(request: Request, product_photo_id: int) -> HttpResponse:
    """Take a photo away; it can be sent again."""
    product = run_verb(None, photos.remove_product_photo, photo_id=product_photo_id, actor=actor_of(request))
    messages.success(request, _("Foto dihapus."))
    return redirect("msmes:product_photos", product.pk)


@require_safe
@login_required
def product_photo_file(request: Request, product_photo_id: int, width: int | None = None) -> HttpResponseBase:
    """A photo of a product, for whoever sees the catalogue."""
    found = ProductPhoto.objects.visible_to(actor_of(request)).filter(pk=product_photo_id).first()
    return answer_with(found, width, request)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def category_new(request: Request) -> HttpResponse:
    """A new category."""
    actor = actor_of(request)
    require(may("catalogue.add", actor))
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        category = run_verb(form, add_category, actor=actor, **form.cleaned_data)
        if category is not None:
            messages.success(request, _("Kategori %(category)s ditambahkan.") % {"category": category})
            return redirect("msmes:categories")
    return render_form(request, "msmes/category.html", form, {"category": None})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def category_edit(request: Request, category_id: int) -> HttpResponse:
    """Choose the steps in which goods of a category are reported."""
    actor = actor_of(request)
    require(may("catalogue.change", actor))
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise NotFound(_("Kategori itu tidak ada dalam katalog."))
    require(may_change_category(actor, category))
    require_unshared(category, actor)
    form = StepsForm(request.POST or None, initial={"process": category.process})
    opened = Opened(
        request,
        form,
        lambda: StepsForm(initial={"process": Category.objects.get(pk=category_id).process}),
        stream=category.stream,
    )
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            change_category,
            category_id=category.pk,
            actor=actor,
            unchanged=opened,
            **form.cleaned_data,
        )
        if done is not None:
            messages.success(request, _("%(category)s disimpan.") % {"category": done})
            return redirect("msmes:categories")
    entries = TELLING.entries(Event.objects.of_stream(category.stream).for_timeline()[:20])
    return render_form(request, "msmes/category.html", form, {"category": category, "entries": entries})
