"""A POST that arrives twice with the same key is done once; the second answer repeats the first."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.errors import InvalidInput, WrongState
from procurement.models import IdempotencyRecord
from procurement.web import subjects

HEADER = "Idempotency-Key"
FIELD = "_idempotency_key"
DEAD_AFTER = timedelta(minutes=2)
"""No page takes that long: the time limit of a web process is shorter."""
LONGEST_WAIT = 2.0
"""Seconds that the same form waits for the answer of one whose act is done; then its process must be dead."""
_LARGEST_KEY = 64
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class StillAnswering(WrongState):
    """The same form is being answered just now; whether it has changed anything is not known yet."""

    changed_nothing = False


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
    record = _begin(person, key, fingerprint)
    if record is None:
        return _replay(request, person, key, fingerprint)
    token = _attempt.set(record)
    try:
        response = get_response(request)
    except BaseException:
        _forget_unless_acted(record)
        raise
    finally:
        _attempt.reset(token)
    location = response.headers.get("Location", "")
    if location and response.status_code < 400:
        IdempotencyRecord.objects.filter(pk=record.pk, started_at=record.started_at).update(
            status=response.status_code, location=location
        )
    elif response.status_code >= 500:
        _forget_unless_acted(record)
    else:
        record.delete()
    return response


_attempt: ContextVar[IdempotencyRecord | None] = ContextVar("attempt", default=None)


@contextmanager
def not_its_act() -> Iterator[None]:
    """What is written here is not what the form asked for, such as that it was refused: it may come again."""
    token = _attempt.set(None)
    try:
        yield
    finally:
        _attempt.reset(token)


def note_act(stream: str) -> None:
    """Say, in the transaction of an act, that the form being answered did it; :class:`WrongState` if another took over.

    Called by everything that writes events. Without a form, as in a worker, there is nothing to say.
    """
    record = _attempt.get()
    if record is None:
        return
    mine = IdempotencyRecord.objects.filter(pk=record.pk, started_at=record.started_at)
    if not mine.update(acted_on=stream[:64]):
        raise WrongState(_("Kiriman ini sudah diambil alih oleh kiriman yang sama. Muat ulang halaman."))


def _begin(person: int, key: str, fingerprint: str) -> IdempotencyRecord | None:
    """The record of this attempt; None when another one has answered, has acted, or is answering.

    One that began long ago and has not acted is dead: the act writes itself down, so it was not done.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(
                user_id=person, key=key, fingerprint=fingerprint, started_at=now
            )
    except IntegrityError:
        dead = IdempotencyRecord.objects.filter(
            user_id=person,
            key=key,
            fingerprint=fingerprint,
            status=0,
            acted_on="",
            started_at__lt=now - DEAD_AFTER,
        )
        taken = dead.update(started_at=now)
        return IdempotencyRecord.objects.get(user_id=person, key=key) if taken else None


def _forget_unless_acted(record: IdempotencyRecord) -> None:
    """After a fault the same form may come again, unless what it asked for is done."""
    IdempotencyRecord.objects.filter(pk=record.pk, acted_on="").delete()


def _answered(person: int, key: str) -> IdempotencyRecord | None:
    """The record of the key; where the act is done, its answer is waited for a little while."""
    deadline = time.monotonic() + LONGEST_WAIT
    pause = threading.Event()
    while True:
        record = IdempotencyRecord.objects.filter(user_id=person, key=key).first()
        is_waiting = record is not None and not record.status and bool(record.acted_on)
        if not is_waiting or time.monotonic() >= deadline:
            return record
        pause.wait(0.05)


def _replay(request: HttpRequest, person: int, key: str, fingerprint: str) -> HttpResponseBase:
    record = _answered(person, key)
    if record is not None and record.fingerprint != fingerprint:
        raise InvalidInput(
            _("Formulir ini sudah pernah dikirim dengan isian lain. Muat ulang halaman, lalu isi kembali.")
        )
    if record is None or (record.status == 0 and not record.acted_on):
        raise StillAnswering(
            _(
                "Kiriman yang sama masih diproses. Tunggu sebentar, lalu muat ulang halaman untuk melihat hasilnya."
            )
        )
    if record.status:
        response = HttpResponseRedirect(record.location, status=record.status)
    else:
        # The process died after the act and before its answer: what was done is shown.
        messages.success(
            request, _("Kiriman ini sudah tercatat sebelumnya. Halaman ini menunjukkan hasilnya.")
        )
        response = HttpResponseRedirect(subjects.address_of(record.acted_on, getattr(request, "actor", None)))
    response["Idempotency-Replayed"] = "true"
    return response
