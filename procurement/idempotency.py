"""A POST that arrives twice with the same key is done once; the second answer repeats the first."""

import hashlib
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from procurement.errors import InvalidInput, WrongState
from procurement.models import IdempotencyRecord

HEADER = "Idempotency-Key"
FIELD = "_idempotency_key"
_LARGEST_KEY = 64
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def key_of(request: HttpRequest) -> str:
    """The key that the client sent, from the header or from the hidden form field; empty when none."""
    key = request.headers.get(HEADER, "")
    if not key and request.content_type in _FORMS:
        key = request.POST.get(FIELD, "")
    return key if len(key) <= _LARGEST_KEY else ""


def fingerprint_of(request: HttpRequest) -> str:
    """What the request asks for, so that a key cannot be used again for something else."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for name in sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken"}):
        digest.update(repr((name, request.POST.getlist(name))).encode())
    for name, upload in sorted(request.FILES.items()):
        assert isinstance(upload, UploadedFile)  # noqa: S101 - for the type checker
        digest.update(repr((name, upload.name, upload.size)).encode())
        for chunk in upload.chunks():
            digest.update(chunk)
        upload.seek(0)
    if request.content_type not in _FORMS:
        digest.update(request.body)
    return digest.hexdigest()


def replay_or_run(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """Answer the request, once per person and key.

    Raises :class:`InvalidInput` (422) when the key was used for another request and :class:`WrongState` (409)
    while the first one is still being answered. Only an answer that leads on to another page is kept, for that is
    what every POST that changed something answers. After a refusal the person corrects the form, and after
    “another line” goes on writing it; both send the same form again with the same key.
    """
    person = request.user.pk if request.method == "POST" and request.user.is_authenticated else None
    key = key_of(request) if person is not None else ""
    if person is None or not key:
        return get_response(request)
    fingerprint = fingerprint_of(request)
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(user_id=person, key=key, fingerprint=fingerprint)
    except IntegrityError:
        return _replay(person, key, fingerprint)
    try:
        response = get_response(request)
    except BaseException:
        record.delete()
        raise
    location = response.headers.get("Location", "")
    if location and response.status_code < 400:
        IdempotencyRecord.objects.filter(pk=record.pk).update(status=response.status_code, location=location)
    else:
        record.delete()
    return response


def _replay(person: int, key: str, fingerprint: str) -> HttpResponseBase:
    record = IdempotencyRecord.objects.filter(user_id=person, key=key).first()
    if record is not None and record.fingerprint != fingerprint:
        raise InvalidInput(
            _("Formulir ini sudah pernah dikirim dengan isian lain. Muat ulang halaman, lalu isi kembali.")
        )
    if record is None or record.status == 0:
        raise WrongState(
            _(
                "Kiriman yang sama masih diproses. Tunggu sebentar, lalu muat ulang halaman untuk melihat hasilnya."
            )
        )
    response = HttpResponseRedirect(record.location, status=record.status)
    response["Idempotency-Replayed"] = "true"
    return response
