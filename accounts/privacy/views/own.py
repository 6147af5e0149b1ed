"""The notice on personal data, accepting it, and the copy of one's own data."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import person_of, staff_page
from accounts.models import Organisation, PrivacyConsent, User
from accounts.permissions import may, require
from accounts.privacy import consent, notice
from accounts.privacy import own_data as copies
from accounts.privacy.processing import COLUMNS
from procurement.errors import NotFound
from procurement.files import storing
from procurement.input.forms import run_verb
from procurement.lists.export import export_response
from procurement.web.request import Request, actor_of


@login_not_required
@require_safe
def privacy(request: Request) -> HttpResponse:
    """What is kept, why, how long and seen by whom: for everybody, also before an application."""
    version = notice.newest()
    accepted = (
        PrivacyConsent.objects.filter(user=request.user.pk, version=version.number).first()
        if isinstance(request.user, User)
        else None
    )
    return render(
        request,
        "accounts/privacy/notice.html",
        {
            "activities": notice.activities(),
            "version": version,
            "since": notice.shown_since(version),
            "is_in_force": version == notice.in_force(),
            "earlier": [(one, notice.shown_since(one)) for one in notice.VERSIONS[-2::-1]],
            "accepted": accepted,
            "operator": Organisation.objects.filter(is_operator=True).first(),
            "contact": settings.PRIVACY_CONTACT,
        },
    )


@require_POST
@login_required
def accept(request: Request) -> HttpResponse:
    """Accept the notice, and go on where one was."""
    person_of(request)
    run_verb(None, consent.accept_notice, actor=actor_of(request), given_by=PrivacyConsent.GivenBy.BANNER)
    messages.success(request, _("Persetujuan Anda atas pemberitahuan data pribadi sudah dicatat."))
    here = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        here, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(here if safe and here.startswith("/") else "accounts:privacy")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_data(request: Request) -> HttpResponse:
    """Ask for a copy of what is kept about oneself, and load it; the page asks for itself while one is made."""
    person = person_of(request)
    if request.method == "POST":
        run_verb(None, copies.ask_for_copy, actor=actor_of(request))
        return redirect("accounts:own_data")
    made = list(copies.copies_of(person)[:5])
    return render(
        request,
        "accounts/privacy/own_data.html",
        {
            "copies": made,
            "is_running": any(one.status in copies.RUNNING for one in made),
            "days": settings.KEEP_IMPORT_FILES_DAYS,
        },
    )


@require_safe
@login_required
def own_data_file(request: Request, job_id: int) -> HttpResponseBase:
    """The archive, for the person alone."""
    job = copies.copies_of(person_of(request)).filter(pk=job_id).exclude(file="").first()
    if job is None:
        raise NotFound(_("Salinan ini tidak ada, atau sudah dihapus. Mintalah yang baru."))
    try:
        file = storing.open_file(copies.storage(), str(job.file.name))
    except FileNotFoundError as gone:
        raise NotFound(_("Salinan ini tidak ada, atau sudah dihapus. Mintalah yang baru.")) from gone
    except storing.StorageAway as away:
        raise storing.not_now() from away
    return FileResponse(file, as_attachment=True, filename=f"data-pribadi-{job.pk}.zip")


@require_safe
@staff_page
def processing(request: Request) -> HttpResponseBase:
    """The register of processing, on a page and as a sheet."""
    require(may("processing.read", actor_of(request)))
    rows = notice.activities()
    wanted = request.GET.get("export", "")
    if wanted in ("xlsx", "csv"):
        return export_response(wanted, "pengolahan-data-pribadi", COLUMNS, rows)
    labels = [column.label for column in COLUMNS]
    cells = [[column.export_of(row) for column in COLUMNS] for row in rows]
    return render(
        request,
        "accounts/privacy/processing.html",
        {
            "version": notice.newest(),
            "reads_erasures": bool(may("erasure.read", actor_of(request))),
            "labels": labels,
            "rows": [(said[0], list(zip(labels[1:], said[1:], strict=True))) for said in cells],
            "exports": [(kind, f"?export={kind}") for kind in ("xlsx", "csv")],
        },
    )
