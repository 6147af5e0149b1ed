"""Who would have to sign an order of some value, by the rules and limits of now."""

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from buyers.gates import keeper_page
from buyers.own.dry_run import try_value
from buyers.own.forms import DryRunForm
from buyers.permissions import may, require
from buyers.register.views.writing import place_of, visible_institution
from procurement import clock
from procurement.input.forms import render_form
from procurement.web.request import Request, actor_of


@require_safe
@keeper_page
def dry_run(request: Request, institution_id: int) -> HttpResponseBase:
    """The levels, who could sign each, and where nobody could."""
    row = visible_institution(request, institution_id)
    require(may("institution.dry_run", actor_of(request)))
    form = DryRunForm(request.GET if "nilai" in request.GET else None)
    found = (
        try_value(row, form.cleaned_data["nilai"], on=clock.today())
        if form.is_bound and form.is_valid()
        else None
    )
    return render_form(
        request,
        "buyers/dry_run.html",
        form,
        {
            "heading": _("Siapa yang harus menandatangani?"),
            "institution": row,
            "found": found,
            **place_of(request, row),
        },
    )
