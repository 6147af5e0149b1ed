"""Institutions and MSMEs that apply, in a browser without sign-in, as the tests of three apps need them."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.joining import sending
from accounts.joining.application import Application
from accounts.joining.codes import CODES
from accounts.joining.kinds import every
from accounts.joining.tokens import path_of
from accounts.models import JoiningSetting, Organisation
from buyers.models import InstitutionApplication
from msmes.models import MsmeApplication
from procurement.models import OutboxMessage, Province, Regency

LETTER = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

MSME_BEGINNING = {
    "name": "Batik Sekar Arum",
    "person": "Sulastri",
    "phone": "0813 1111 2222",
    "consent": "on",
}
INSTITUTION_BEGINNING = {
    "name": "Bank Nusantara Kantor Malang",
    "email": "Dewi@nusantara.example",
    "consent": "on",
}
INSTITUTION_DETAILS = {
    "institution_kind": "financial",
    "address": "Jalan Merdeka 1",
    "city": "Kota Malang",
    "npwp": "01.234.567.8-901.000",
    "nitku": "0123456789012345678901",
    "person": "Dewi Anggraini",
    "post": "Kepala Sekretariat",
    "phone": "0341-123456",
}


def photo(width: int = 64, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, width), (120, 40, 40)).save(out, kind)
    return out.getvalue()


def sent_photo(content: bytes | None = None, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if content is None else content, content_type="image/jpeg")


def sent_letter(content: bytes = LETTER) -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", content, content_type="application/pdf")


def msme_details(**instead: Any) -> dict[str, Any]:
    return {
        "nib": "9120001234567",
        "district_name": "Kabupaten Contoh",
        "address": "Jalan Perajin 9",
        "makes": "Kemeja batik tulis",
        "photo_1": sent_photo(),
        **instead,
    }


def open_doors(organiser: Organisation) -> None:
    """The organiser takes applications, and the list of places knows where they come from."""
    province, _new = Province.objects.get_or_create(code="35", defaults={"name": "Jawa Timur"})
    for code, kind in (("35.73", Regency.Kind.CITY), ("35.07", Regency.Kind.REGENCY)):
        Regency.objects.get_or_create(
            code=code, defaults={"name": "Malang", "kind": kind, "province": province}
        )
    JoiningSetting.objects.update_or_create(
        organiser=organiser, defaults={"takes_institutions": True, "takes_msmes": True}
    )


def last(model: type[Application]) -> Any:
    return model._default_manager.order_by("-pk")[0]


def begin(model: type[Application], client: Client | None = None, **instead: Any) -> Any:
    """The first screen is sent."""
    body = {**(MSME_BEGINNING if model is MsmeApplication else INSTITUTION_BEGINNING), **instead}
    answer = (client or Client()).post(reverse(f"{model.space}:join"), body)
    assert answer.status_code == 302, answer.content.decode()
    return last(model)


def post(row: Application, body: dict[str, Any], client: Client | None = None) -> HttpResponse:
    """Something is sent to the applicant's own page."""
    answer: Any = (client or Client()).post(path_of(row), body)
    return answer  # type: ignore[no-any-return]


def prove(row: Application, client: Client | None = None) -> Any:
    assert post(row, {"act": "code", "code": CODES.of(row)}, client).status_code == 302
    return again(row)


def applied(model: type[Application], *, details: dict[str, Any] | None = None, **beginning: Any) -> Any:
    """All screens are sent: the application waits for a coordinator."""
    row = prove(begin(model, **beginning))
    body = (
        msme_details(**(details or {}))
        if model is MsmeApplication
        else {**INSTITUTION_DETAILS, "letter": sent_letter(), **(details or {})}
    )
    answer = post(row, body)
    assert answer.status_code == 302, answer.content.decode()
    return again(row)


def again(row: Application) -> Any:
    """The row as it is stored now."""
    return type(row)._default_manager.get(pk=row.pk)


def sent_later(row: Application) -> list[str]:
    """What the worker would tell the applicant, in the order in which it was asked for; it is sent here."""
    found = OutboxMessage.objects.filter(topic="accounts.application", payload__reference=row.reference)
    whats = [one.payload for one in found.order_by("pk")]
    for payload in whats:
        sending.send(**payload)
    return [payload["what"] for payload in whats]


__all__ = ["InstitutionApplication", "MsmeApplication", "every"]
