"""Whether a paper still holds. It follows from the state of its subject, and is computed at each request.

A paper never changes, what it speaks of does: an order is cancelled, a quotation is rejected or its last day passes.
Nothing is stored, so no verb can forget it. The apps above say for each kind how its state is read
(:func:`register`, called in their ``apps.py``); a kind that nobody registered is a fault of the program.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.templatetags.states import DONE, HARM, NEUTRAL, WAITING, State


class Standing(State):
    """What a paper is worth now."""

    IN_FORCE = "in_force", DONE, "shield-check", _("berlaku")
    PARTLY = "partly", WAITING, "archive", _("berlaku sebagian")
    SUPERSEDED = "superseded", NEUTRAL, "layers", _("digantikan revisi")
    EXPIRED = "expired", NEUTRAL, "history", _("lewat masa berlaku")
    REVISION_ASKED = "revision_asked", WAITING, "rotate-ccw", _("diminta revisi")
    REOPENED = "reopened", WAITING, "rotate-ccw", _("akan ditawarkan lagi")
    REJECTED = "rejected", HARM, "circle-x", _("ditolak")
    WITHDRAWN = "withdrawn", HARM, "undo-2", _("ditarik pemohon")
    DECLINED = "declined", HARM, "circle-x", _("permintaannya ditolak")
    NOT_WANTED = "not_wanted", HARM, "circle-x", _("tidak jadi")
    CANCELLED = "cancelled", HARM, "ban", _("dibatalkan")

    @property
    def holds(self) -> bool:
        """Whether somebody may still rely on the paper, at least in part."""
        return self in HOLDING


HOLDING = (Standing.IN_FORCE, Standing.PARTLY)


@dataclass(frozen=True, slots=True)
class Said:
    """What the public check says: whether the paper holds, and what to do. Nothing that the paper says."""

    sentence: str | Promise
    advice: str | Promise


_ASK = _("Jangan memakainya sebagai dasar apa pun. Hubungi penerbitnya bila ragu.")
SAID: dict[Standing, Said] = {
    Standing.IN_FORCE: Said(
        _("Dokumen ini asli dan masih berlaku."),
        _("Cocokkan jenis, nomor, tanggal, dan penerbit di bawah dengan kertas di tangan Anda."),
    ),
    Standing.PARTLY: Said(
        _("Dokumen ini asli, tetapi hanya berlaku untuk barang yang sudah diterima."),
        _("Sisanya ditutup dengan kekurangan dan tidak dikirim lagi."),
    ),
    Standing.SUPERSEDED: Said(
        _("Dokumen ini asli, tetapi sudah digantikan revisi yang lebih baru."),
        _("Mintalah revisi terakhir kepada penerbitnya."),
    ),
    Standing.EXPIRED: Said(
        _("Dokumen ini asli, tetapi masa berlakunya sudah lewat."),
        _("Mintalah penawaran baru kepada penerbitnya."),
    ),
    Standing.REVISION_ASKED: Said(
        _("Dokumen ini asli, tetapi tidak berlaku lagi: revisinya sudah diminta."),
        _("Tunggulah revisi berikutnya dari penerbitnya."),
    ),
    Standing.REOPENED: Said(
        _("Dokumen ini asli, tetapi tidak berlaku lagi: penawaran baru sedang disusun."),
        _("Tunggulah penawaran berikutnya dari penerbitnya."),
    ),
    Standing.REJECTED: Said(_("Dokumen ini asli, tetapi tidak berlaku lagi: sudah ditolak."), _ASK),
    Standing.WITHDRAWN: Said(
        _("Dokumen ini asli, tetapi tidak berlaku lagi: permintaannya sudah ditarik."), _ASK
    ),
    Standing.DECLINED: Said(
        _("Dokumen ini asli, tetapi tidak berlaku lagi: permintaannya tidak dilayani."), _ASK
    ),
    Standing.NOT_WANTED: Said(_("Dokumen ini asli, tetapi tidak berlaku lagi: pesanannya tidak jadi."), _ASK),
    Standing.CANCELLED: Said(_("Dokumen ini asli, tetapi tidak berlaku lagi: sudah dibatalkan."), _ASK),
}

Build = Callable[[], models.expressions.Combinable]


@dataclass(frozen=True, slots=True)
class StandingReader:
    """How the state of what one kind of paper is about becomes its standing."""

    subject: str
    build: Build


_READERS: dict[str, StandingReader] = {}


def register(kind: str, *, subject: str, build: Build) -> None:
    """Say how the standing of papers of ``kind`` is read.

    ``subject`` is the first word of their subjects, as in ``order:12``. ``build`` makes an expression on a paper that
    gives a value of :class:`Standing`, or NULL where there is nothing that it is about: then it simply holds.
    """
    _READERS[kind] = StandingReader(subject, build)


def registered() -> dict[str, StandingReader]:
    """The readers by kind."""
    return dict(_READERS)


def expression() -> Case:
    """The standing of a paper as the database works it out; a replaced revision is that before anything else."""
    whens = [When(superseded_at__isnull=False, then=Value(Standing.SUPERSEDED.value))]
    for kind, reader in _READERS.items():
        found = Coalesce(reader.build(), Value(Standing.IN_FORCE.value), output_field=models.CharField())
        whens.append(When(kind=kind, subject__regex=rf"^{reader.subject}:[0-9]{{1,18}}$", then=found))
    return Case(*whens, default=Value(Standing.IN_FORCE.value), output_field=models.CharField())
