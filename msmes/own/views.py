"""Pages on which an MSME keeps its certificates and photos, and the addresses of the files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from msmes.gates import producer_page
from msmes.models import Certificate, Msme, Offer, OfferPhoto, Product
from msmes.own import certificates, keeping, photos
from msmes.own.forms import PHOTO_SENT, CertificateForm, PhotoForm, certificate_as_typed, place_sent
from msmes.own.queries import certificates_of
from msmes.permissions import may, require
from msmes.photos import MOST
from msmes.showing import answer_with
from procurement.errors import NotFound
from procurement.files import letters, storing
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.web.request import Request, actor_of


@require_safe
@producer_page
def certificate_list(request: Request) -> HttpResponse:
    """My certificates, and which of them end soon."""
    actor = actor_of(request)
    require(may("certificate.list", actor))
    return render(request, "msmes/certificates.html", {"certificates": certificates_of(_my_msme(actor))})


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def certificate_new(request: Request) -> HttpResponse:
    """Write a certificate down."""
    actor = actor_of(request)
    require(may("certificate.set", actor))
    form = CertificateForm(request.POST or None, request.FILES or None, products=_products(actor))
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            certificates.set_certificate,
            msme_id=actor.organisation_id or 0,
            certificate=form.certificate(),
            scan=form.cleaned_data["scan"],
            actor=actor,
        )
        if done is not None:
            messages.success(request, _("Sertifikat %(certificate)s dicatat.") % {"certificate": done})
            return redirect("msmes:certificates")
    return render_form(request, "msmes/certificate.html", form, {"certificate": None})


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def certificate_edit(request: Request, certificate_id: int) -> HttpResponse:
    """Correct a certificate, or say that it was renewed."""
    actor = actor_of(request)
    row = _certificate(actor, certificate_id)
    require(may("certificate.set", actor))

    def form_of(*data: Any) -> CertificateForm:
        now = certificate_as_typed(_certificate(actor, certificate_id))
        return CertificateForm(*data, initial=now, products=_products(actor))

    form = form_of(request.POST or None, request.FILES or None)
    opened = Opened(request, form, form_of, stream=row.msme.stream)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            certificates.set_certificate,
            msme_id=row.msme_id,
            certificate_id=row.pk,
            certificate=form.certificate(),
            scan=form.cleaned_data["scan"],
            actor=actor,
            unchanged=opened,
        )
        if done is not None:
            messages.success(request, _("Sertifikat %(certificate)s disimpan.") % {"certificate": done})
            return redirect("msmes:certificates")
    return render_form(request, "msmes/certificate.html", form, {"certificate": row})


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def certificate_remove(request: Request, certificate_id: int) -> HttpResponse:
    """Take a certificate away, after asking once."""
    actor = actor_of(request)
    row = _certificate(actor, certificate_id)
    require(may("certificate.set", actor))
    if request.method == "POST":
        run_verb(None, certificates.remove_certificate, certificate_id=row.pk, actor=actor)
        messages.success(request, _("Sertifikat %(certificate)s dihapus.") % {"certificate": row})
        return redirect("msmes:certificates")
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Hapus sertifikat?"),
            "subject": f"{row} · {row.issuer}",
            "sentences": [_("Koordinator tidak melihatnya lagi; riwayat tetap menyebutnya.")],
            "verb": _("Hapus sertifikat"),
            "icon_name": "trash-2",
            "cancel_url": reverse("msmes:certificates"),
            "harm": True,
        },
    )


@require_safe
@login_required
def certificate_file(request: Request, certificate_id: int) -> HttpResponseBase:
    """The scan, for whoever sees the MSME with its papers: a picture to look at, a PDF to save."""
    row = _certificate(actor_of(request), certificate_id)
    if not row.file:
        raise NotFound(_("Sertifikat ini tidak mempunyai berkas."))
    if row.is_picture:
        return _picture(row.file, f"sertifikat-{row.pk}.jpg")
    try:
        with keeping.read(row.file) as file:
            return letters.download(file.read(), name=f"sertifikat-{row.pk}.pdf")
    except FileNotFoundError as error:
        raise NotFound(_("Berkas itu sudah tidak tersimpan.")) from error
    except storing.StorageAway as away:
        raise storing.not_now() from away


# --- Photos --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def offer_photos(request: Request, offer_id: int) -> HttpResponse:
    """The photos of an offer, and one more."""
    actor = actor_of(request)
    offer = Offer.objects.visible_to(actor).select_related("product").filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(_("Produk itu tidak ada dalam daftar Anda."))
    require(may("offer.set", actor))
    rows = list(offer.photos.all())
    form = PhotoForm(request.POST or None, request.FILES or None, of=offer.product.name, count=len(rows))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = run_verb(
            form, photos.add_photo, offer_id=offer.pk, picture=said["photo"], text=said["text"], actor=actor
        )
        if done is not None:
            messages.success(request, PHOTO_SENT)
            return redirect("msmes:offer_photos", offer.pk)
    context = {"offer": offer, "photos": rows, "is_full": len(rows) >= MOST, "most": MOST}
    return render_form(request, "msmes/offer_photos.html", form, context)


@require_POST
@producer_page
def photo_move(request: Request, photo_id: int) -> HttpResponse:
    """Show this photo at another place."""
    place = place_sent(request.POST.get("place", ""))
    photo = run_verb(None, photos.move_photo, photo_id=photo_id, place=place, actor=actor_of(request))
    messages.success(request, _("Urutan foto disimpan."))
    return redirect("msmes:offer_photos", photo.offer_id)


@require_POST
@producer_page
def photo_remove(request: Request, photo_id: int) -> HttpResponse:
    """Take a photo away; it can be sent again."""
    offer = run_verb(None, photos.remove_photo, photo_id=photo_id, actor=actor_of(request))
    messages.success(request, _("Foto dihapus."))
    return redirect("msmes:offer_photos", offer.pk)


@require_safe
@login_required
def photo_file(request: Request, photo_id: int, width: int | None = None) -> HttpResponseBase:
    """A photo, for whoever sees the offer."""
    found = OfferPhoto.objects.visible_to(actor_of(request)).filter(pk=photo_id).first()
    return answer_with(found, width, request)


def _picture(name: str, shown_as: str) -> HttpResponseBase:
    try:
        picture = keeping.read(name)
    except FileNotFoundError as error:
        raise NotFound(_("Foto itu sudah tidak tersimpan.")) from error
    except storing.StorageAway as away:
        raise storing.not_now() from away
    return FileResponse(picture, content_type="image/jpeg", filename=shown_as)


def _certificate(actor: Actor, certificate_id: int) -> Certificate:
    rows = Certificate.objects.visible_to(actor).select_related("msme__organisation", "product")
    found = rows.filter(pk=certificate_id).first()
    if found is None:
        raise NotFound(_("Sertifikat itu tidak ada."))
    return found


def _products(actor: Actor) -> Any:
    mine = Offer.objects.visible_to(actor).values("product_id")
    return Product.objects.filter(pk__in=mine).order_by("name")


def _my_msme(actor: Actor) -> Msme:
    found = Msme.objects.visible_to(actor).select_related("organisation").first()
    if found is None:
        raise NotFound(_("Data usaha Anda belum terdaftar. Hubungi penyelenggara expo."))
    return found
