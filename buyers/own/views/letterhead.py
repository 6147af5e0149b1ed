"""How papers of the institution look from now on: the logo of its letterhead, and its numbers with a preview."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buyers.gates import keeper_page
from buyers.models import Institution
from buyers.own.forms import PAPERS, LogoForm, NumbersForm
from buyers.own.letterhead import sample, set_logo, set_numbers
from buyers.permissions import may, require
from buyers.register.views.writing import as_stored, page_of, place_of, visible_institution
from documents.issuing.logos import read_logo
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.forms import put, render_form, run_verb
from procurement.input.opened import Opened
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def logo(request: Request, institution_id: int) -> HttpResponseBase:
    """Choose the picture on the letterhead."""
    row = visible_institution(request, institution_id)
    require(may("institution.letterhead", actor_of(request)))
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form, set_logo, institution_id=row.pk, png=form.cleaned_data["logo"], actor=actor_of(request)
        )
        if done is not None:
            messages.success(request, _("Logo disimpan. Dokumen yang terbit mulai sekarang memakainya."))
            return redirect(page_of(actor_of(request), row.pk))
    return render_form(request, "buyers/logo_form.html", form, {"institution": row, **place_of(request, row)})


@require_POST
@keeper_page
def logo_remove(request: Request, institution_id: int) -> HttpResponseBase:
    """Print the letterhead without a picture again."""
    row = visible_institution(request, institution_id)
    run_verb(None, set_logo, institution_id=row.pk, png=None, actor=actor_of(request))
    messages.success(request, _("Logo dilepas. Dokumen yang sudah terbit tetap memakainya."))
    return redirect(page_of(actor_of(request), row.pk))


@require_safe
@keeper_page
def logo_picture(request: Request, institution_id: int) -> HttpResponseBase:
    """The picture as it is printed."""
    row = visible_institution(request, institution_id)
    png = read_logo(row.logo_id) if row.logo_id else None
    if png is None:
        raise NotFound(_("Instansi ini belum mempunyai logo."))
    return HttpResponse(png, content_type="image/png")


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def numbers(request: Request, institution_id: int) -> HttpResponseBase:
    """Say how numbers are written; a look at the next ones saves nothing."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.letterhead", actor))
    form = NumbersForm(request.POST or None, institution=row)
    opened = Opened(request, form, lambda: NumbersForm(institution=as_stored(row)), stream=row.stream)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and "contoh" not in request.POST:
        done = run_verb(
            form,
            set_numbers,
            institution_id=row.pk,
            formats=form.asked(),
            actor=actor,
            unchanged=opened,
        )
        if done is not None:
            messages.success(request, _("Pola nomor disimpan. Nomor berikutnya memakainya."))
            return redirect(page_of(actor, row.pk))
    context = {"institution": row, "samples": _samples(form, row), **place_of(request, row)}
    return render_form(request, "buyers/numbers_form.html", form, context)


def _samples(form: NumbersForm, row: Institution) -> list[tuple[str, str]]:
    """The next number of each paper, by what was typed or by what is stored; refusals stand at their field."""
    asked = form.asked() if form.is_bound and form.is_valid() else []
    if not form.is_bound:
        shown = NumbersForm(
            {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()},
            institution=row,
        )
        asked = shown.asked() if shown.is_valid() else []
    found = []
    for place, given in enumerate(asked):
        try:
            found.append((str(PAPERS[given.code]), sample(row, given, on=clock.today(), place=place)))
        except InvalidInput as refusal:
            put(form, refusal)
    return found
