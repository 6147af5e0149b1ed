"""Addresses of the ground floor: the health check, suggestions of places, and jobs."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement.reference.suggesting import places
from procurement.work import job_pages


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers and ``bin/run``: the process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


app_name = "procurement"
urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("wilayah/", places, name="places"),
    path("pekerjaan/", job_pages.jobs, name="jobs"),
    path("pekerjaan/<int:pk>/", job_pages.job, name="job"),
    path("pekerjaan/<int:pk>/ulangi/", job_pages.job_retry, name="job_retry"),
    path("pekerjaan/sistem/", job_pages.outbox_list, name="outbox"),
    path("pekerjaan/sistem/ulangi/", job_pages.outbox_retry, name="outbox_retry"),
]
