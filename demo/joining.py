"""Who applied in the last days: an institution and an MSME that wait, and an MSME that was refused."""

import io
from typing import Any

from PIL import Image, ImageDraw

from accounts.acting import Actor
from accounts.joining import applying, codes, tokens
from accounts.joining.deciding import refuse_application
from accounts.joining.opening import set_joining
from buyers.joining.letters import keep_letter
from buyers.models import Institution, InstitutionApplication
from demo.people import EMAIL_DOMAIN, Cast
from msmes.joining.photos import keep_photo
from msmes.models import MsmeApplication

_LETTER = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
"""An empty sheet: the letter of assignment of an invented office."""
_COLOURS = ((124, 45, 32), (38, 70, 83), (188, 138, 60))


def apply_and_refuse(cast: Cast, staff: Actor) -> None:
    """The doors are open; three came in."""
    set_joining(takes_institutions=True, takes_msmes=True, actor=staff)
    organiser_id = cast.edition.organiser.pk
    waiting: dict[str, Any] = {
        "name": "Contoh Batik Sekar Arum",
        "person": "Sulastri (contoh)",
        "phone": "080000000901",
    }
    _msme(organiser_id, waiting, nib="9120000000901", makes="Kemeja batik tulis, sekitar 40 potong seminggu.")
    refused = _msme(
        organiser_id,
        {"name": "Contoh Toko Grosir Makmur", "person": "Hendra (contoh)", "phone": "080000000902"},
        makes="Menjual kembali pakaian jadi.",
    )
    refuse_application(
        model=MsmeApplication,
        application_id=refused.pk,
        reason="Expo ini untuk produsen; usaha Anda menjual kembali barang buatan lain.",
        actor=staff,
    )
    _institution(organiser_id)


def _begun(model: type[Any], organiser_id: int, values: dict[str, Any]) -> str:
    row = applying.begin_application(
        model=model, organiser_id=organiser_id, has_consented=True, values=values
    )
    token = tokens.token_of(row)
    applying.prove_address(model=model, token=token, code=codes.CODES.of(row))
    return token


def _msme(organiser_id: int, beginning: dict[str, Any], *, makes: str, nib: str = "") -> MsmeApplication:
    token = _begun(MsmeApplication, organiser_id, beginning)
    for place, colour in enumerate(_COLOURS, start=1):
        picture = _picture(colour)
        keep_photo(token=token, name=f"photo_{place}", upload=io.BytesIO(picture), size=len(picture))
    details = {
        "nib": nib,
        "district_name": "Kabupaten Sidoarjo",
        "address": "Jalan Contoh Nomor 901, Sidoarjo",
        "makes": makes,
    }
    return applying.send_application(model=MsmeApplication, token=token, values=details)


def _institution(organiser_id: int) -> InstitutionApplication:
    beginning = {
        "name": "Dinas Pendidikan Kota Contoh (contoh)",
        "email": f"sekretariat@disdik.{EMAIL_DOMAIN}",
    }
    token = _begun(InstitutionApplication, organiser_id, beginning)
    keep_letter(token=token, name="letter", upload=io.BytesIO(_LETTER), size=len(_LETTER))
    details = {
        "institution_kind": Institution.Kind.PROVINCIAL_GOVERNMENT.value,
        "address": "Jalan Contoh Nomor 902",
        "city": "Surabaya",
        "province": "Jawa Timur",
        "npwp": "000000000000902",
        "person": "Lestari Handayani (contoh)",
        "post": "Kepala Subbagian Umum",
        "phone": "080000000903",
    }
    return applying.send_application(model=InstitutionApplication, token=token, values=details)


def _picture(colour: tuple[int, int, int]) -> bytes:
    """Cloth in stripes, which stands for what somebody makes."""
    picture = Image.new("RGB", (480, 360), colour)
    draw = ImageDraw.Draw(picture)
    for left in range(0, 480, 40):
        draw.line([(left, 0), (left + 120, 360)], fill=(240, 230, 210), width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
