"""Addresses of the ground floor: whether the system lives, and long work in progress."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement.errors import NotFound
from procurement.listing import ChoiceFilter, Column, Listing
from procurement.models import Job

JOBS = Listing(
    name="pekerjaan",
    columns=[
        Column(
            "title", _("Pekerjaan"), lead=True, link=lambda job: reverse("procurement:job", args=[job.pk])
        ),
        Column("status", _("Keadaan"), kind="state", flow="job", sort="status"),
        Column("percent", _("Kemajuan (%)"), kind="number"),
        Column("created_at", _("Dimulai"), kind="moment", sort="created_at"),
        Column("finished_at", _("Selesai"), kind="moment", sort="finished_at"),
        Column("error", _("Keterangan"), phone=False),
    ],
    search=["title"],
    filters=[ChoiceFilter("status", _("Keadaan"), Job.Status.choices, field="status")],
    default_sort="-pk",
    empty_title=_("Belum ada pekerjaan"),
    empty_text=_("Pekerjaan muncul di sini begitu Anda mengimpor berkas atau meminta laporan."),
)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers and ``bin/run``: the process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
@login_required
def jobs(request: HttpRequest) -> HttpResponseBase:
    """Imports and reports of the organisation that one acts for."""
    rows = Job.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return JOBS.respond(request, rows, "procurement/jobs.html")


@require_safe
@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; the page asks for itself again until the work is finished."""
    found = Job.objects.visible_to(request.actor).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(str(_("Pekerjaan ini tidak ada, atau bukan milik organisasi yang Anda wakili.")))
    is_running = found.status in (Job.Status.QUEUED, Job.Status.RUNNING)
    return render(request, "procurement/job.html", {"job": found, "is_running": is_running})


app_name = "procurement"
urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("pekerjaan/", jobs, name="jobs"),
    path("pekerjaan/<int:pk>/", job, name="job"),
]
