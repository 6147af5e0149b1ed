"""Certificates of an MSME: written down by its owner, read by coordinators, and reminded of before they end."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from msmes.messages import MESSAGES
from msmes.models import Certificate, Msme, Offer
from msmes.own import keeping
from msmes.permissions import may, require
from msmes.validity import check_fields
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.input.planned import check_day
from procurement.language.said import day_value
from procurement.rows.recording import Recorder, differences
from procurement.templatetags.words import tanggal_text
from procurement.work.each import one_by_one

LONGEST_YEARS = 20
"""No mark is given for longer; a later day is a slip of the hand."""
MOST = 60
"""Certificates of one MSME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateInput:
    """What the paper says. ``valid_until`` None: it has no last day."""

    kind: str
    number: str
    issuer: str
    issued_on: date
    valid_until: date | None = None
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was checked: a picture that we drew, or a PDF that is only ever downloaded."""

    content: bytes
    ending: str


def set_certificate(
    *,
    msme_id: int,
    certificate: CertificateInput,
    scan: Scan | None = None,
    certificate_id: int | None = None,
    actor: Actor,
    unchanged: Unchanged = anything,
) -> Certificate:
    """Write one down, or correct it; without a scan the one before stays. Raises :class:`InvalidInput`."""
    said = _checked(certificate)
    name = keeping.keep(keeping.CERTIFICATES, msme_id, scan.content, scan.ending) if scan else ""
    with transaction.atomic(durable=True):
        msme = _locked(msme_id, actor)
        require(may("certificate.set", actor))
        unchanged()
        row = _found(msme, certificate_id) if certificate_id else Certificate(msme=msme)
        _require_offered(msme, certificate.product_id)
        _require_place(row)
        before = {} if row._state.adding else {key: getattr(row, key) for key in said}
        changes = differences(before, said)
        if not changes and not name:
            return row
        verb = "certificate.add" if row._state.adding else "certificate.change"
        for key, value in said.items():
            setattr(row, key, value)
        row.file = name or row.file
        _save(row)
        recorder = Recorder(root=msme, actor=actor)
        scanned = {"scan": True} if name else {}
        recorder.record(
            verb, subject=row, party_id=msme.pk, changes={"certificate": str(row), **changes, **scanned}
        )
        recorder.flush()
        return row


def remove_certificate(*, certificate_id: int, actor: Actor) -> None:
    """Take one away; the trail says that it was there. Its scan is swept at night."""
    with transaction.atomic(durable=True):
        msme_id = (
            Certificate.objects.visible_to(actor)
            .filter(pk=certificate_id)
            .values_list("msme", flat=True)
            .first()
        )
        msme = _locked(msme_id or 0, actor)
        require(may("certificate.set", actor))
        row = _found(msme, certificate_id)
        recorder = Recorder(root=msme, actor=actor)
        recorder.record(
            "certificate.remove", subject=row, party_id=msme.pk, changes={"certificate": str(row)}
        )
        row.delete()
        recorder.flush()


def remind_of_ends() -> int:
    """Beat: tell owners thirty days before a certificate ends, once for each last day. Returns how many."""
    until = clock.today() + timedelta(days=Certificate.ENDING_DAYS)
    rows = Certificate.objects.filter(valid_until__range=(clock.today(), until))
    due = rows.exclude(reminded_of__isnull=False, valid_until=F("reminded_of"))
    keys = list(due.filter(msme__organisation__is_active=True).values_list("pk", flat=True))
    return sum(one_by_one("msmes.remind_of_certificates", keys, _remind).results)


def _remind(certificate_id: int) -> bool:
    with transaction.atomic(durable=True):
        found = Certificate.objects.filter(pk=certificate_id).values_list("msme", flat=True).first()
        if found is None:
            return False
        msme = _locked(found, SYSTEM)
        row = Certificate.objects.filter(pk=certificate_id, msme=msme).first()
        if row is None or row.valid_until is None or row.reminded_of == row.valid_until:
            return False
        row.reminded_of = row.valid_until
        row.save(update_fields=["reminded_of"])
        recorder = Recorder(root=msme, actor=SYSTEM)
        recorder.record(
            "certificate.remind", subject=row, party_id=msme.pk, changes={"certificate": str(row)}
        )
        MESSAGES["certificate ends"].tell(
            recorder, msme.pk, certificate=str(row), day=day_value(row.valid_until)
        )
        recorder.flush()
        return True


def _checked(certificate: CertificateInput) -> dict[str, object]:
    said = asdict(certificate)
    for name in ("number", "issuer"):
        said[name] = kept(said[name], field=name)
    today = clock.today()
    check_day(certificate.issued_on, what=_("Tanggal terbit"), field="issued_on", last=today)
    if certificate.valid_until is not None:
        if certificate.valid_until < certificate.issued_on:
            raise InvalidInput(
                _("Tanggal berakhir tidak dapat sebelum tanggal terbit. Periksa kedua tanggalnya."),
                field="valid_until",
            )
        if certificate.valid_until < today:
            raise InvalidInput(
                _("Sertifikat ini sudah berakhir pada %(day)s. Catat yang baru bila sudah terbit.")
                % {"day": tanggal_text(certificate.valid_until)},
                field="valid_until",
            )
        last = today + timedelta(days=365 * LONGEST_YEARS)
        check_day(certificate.valid_until, what=_("Tanggal berakhir"), field="valid_until", last=last)
    check_fields(Certificate(**said), exclude={"msme", "product", "file", "reminded_of"})
    return said


def _locked(msme_id: int, actor: Actor) -> Msme:
    row = (
        Msme.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).filter(pk=msme_id).first()
    )
    if row is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return row


def _found(msme: Msme, certificate_id: int) -> Certificate:
    row = Certificate.objects.filter(msme=msme, pk=certificate_id).first()
    if row is None:
        raise NotFound(_("Sertifikat itu tidak ada."))
    return row


def _require_offered(msme: Msme, product_id: int | None) -> None:
    if product_id is not None and not Offer.objects.filter(msme=msme, product=product_id).exists():
        raise InvalidInput(_("Pilih produk dari daftar yang Anda tawarkan."), field="product")


def _require_place(row: Certificate) -> None:
    if row._state.adding and Certificate.objects.filter(msme=row.msme).count() >= MOST:
        raise InvalidInput(
            _("Paling banyak %(most)d sertifikat. Hapus yang tidak berlaku lagi.") % {"most": MOST},
            field="number",
        )


def _save(row: Certificate) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InvalidInput(
            _("Sertifikat dengan jenis dan nomor ini sudah dicatat. Ubahlah yang itu."), field="number"
        ) from error
