"""The notice on personal data: which version holds, and what is done with which data, as data.

The page that everybody reads, the register of processing (UU 27/2022 Art. 31) and its sheet are drawn from
:data:`ACTIVITIES`. How long is read from the retention duty, who sees it from the tables of permissions, so neither is
written twice. Apps above add what they keep with :func:`register`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Role
from accounts.permissions import ACTS, Who
from procurement import clock
from procurement.work import retention

Text = str | Promise


@dataclass(frozen=True, slots=True)
class NoticeVersion:
    """One version of the notice; ``changed`` says in a sentence what is new, for those who accepted an earlier one."""

    number: str
    since: date
    changed: Text


VERSIONS: tuple[NoticeVersion, ...] = (
    NoticeVersion("2026-11", date(2026, 11, 26), gettext_lazy("Pemberitahuan yang pertama.")),
)
"""Every version, the one that holds last. A new one asks everybody again: raise it when data, purpose, time or readers
change, not for a comma."""


def newest() -> NoticeVersion:
    """The version whose text the page shows; it may be announced before it holds."""
    return VERSIONS[-1]


def in_force() -> NoticeVersion | None:
    """The version that holds today. By the real calendar: the demonstration of 2022 is read under a real notice."""
    today = clock.local_date(clock.by_real_time(clock.now()))
    return next((version for version in reversed(VERSIONS) if version.since <= today), None)


def shown_since(version: NoticeVersion) -> datetime:
    """Since when it holds, as the clock of the pages tells it."""
    return clock.by_this_clock(datetime.combine(version.since, time(), clock.JAKARTA))


class Ground(models.TextChoices):
    """On what the processing stands: UU 27/2022 Art. 20 paragraph (2)."""

    CONSENT = "consent", gettext_lazy("persetujuan Anda (Pasal 20 ayat (2) huruf a)")
    CONTRACT = (
        "contract",
        gettext_lazy("perjanjian dengan Anda atau organisasi Anda (Pasal 20 ayat (2) huruf b)"),
    )
    LAW = "law", gettext_lazy("kewajiban menurut hukum (Pasal 20 ayat (2) huruf c)")
    INTEREST = "interest", gettext_lazy("kepentingan yang sah: keamanan sistem (Pasal 20 ayat (2) huruf f)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingActivity:
    """One thing that is done with personal data.

    ``retained`` names kinds of ``procurement.work.retention``; what is not forgotten by a kind says until when in
    ``until``. ``readers`` are rows of a table of permissions; ``others`` says who reads it beside those.
    """

    name: str
    title: Text
    data: Text
    people: Text
    purpose: Text
    ground: Ground
    retained: tuple[str, ...] = ()
    until: Text = ""
    readers: tuple[Who, ...] = ()
    others: Text = ""
    measures: Text = ""

    @property
    def kept(self) -> list[str]:
        """How long, in sentences; the days are those of the nightly duty."""
        kinds = {kind.name: kind for kind in retention.kinds()}
        found = [
            _("%(kind)s: dihapus setelah %(days)d hari")
            % {"kind": kinds[name].label, "days": kinds[name].days}
            for name in self.retained
        ]
        return [*found, *([str(self.until)] if self.until else [])]

    @property
    def seen_by(self) -> list[str]:
        """Who reads it: roles by the tables of permissions, in the order of all roles."""
        held = {role for who in self.readers for role in who.roles}
        return [
            *(str(role.label) for role in Role if role in held),
            *([str(self.others)] if self.others else []),
        ]


_activities: dict[str, ProcessingActivity] = {}


def register(*activities: ProcessingActivity) -> None:
    """Let an app add what it does with personal data; called once, when it is loaded."""
    for activity in activities:
        _activities[activity.name] = activity


def activities() -> list[ProcessingActivity]:
    return list(_activities.values())


def roles_of(*rows: Iterable[Who]) -> tuple[Who, ...]:
    """The readers that several rows of permissions name."""
    return tuple(who for row in rows for who in row)


_MEMBERS = gettext_lazy("orang yang masuk ke sistem ini")
_ONLY_ONESELF = gettext_lazy("hanya Anda sendiri")
_BACK_OFFICE = gettext_lazy("pengelola halaman admin")

register(
    ProcessingActivity(
        name="account",
        title=gettext_lazy("Akun"),
        data=gettext_lazy(
            "nama, alamat surel, nomor telepon, bahasa, kata sandi (teracak), verifikasi dua langkah"
        ),
        people=_MEMBERS,
        purpose=gettext_lazy("mengenali siapa yang masuk dan siapa yang menandatangani"),
        ground=Ground.CONTRACT,
        until=gettext_lazy(
            "selama sistem dijalankan; akun yang berakhir dinonaktifkan, dan dihapus bila Anda memintanya"
        ),
        readers=ACTS["member.list"],
        others=_BACK_OFFICE,
        measures=gettext_lazy(
            "kata sandi disimpan teracak; verifikasi dua langkah; pembatasan percobaan masuk"
        ),
    ),
    ProcessingActivity(
        name="membership",
        title=gettext_lazy("Peran dalam organisasi"),
        data=gettext_lazy("organisasi, peran, siapa yang memberi dan mencabutnya"),
        people=_MEMBERS,
        purpose=gettext_lazy("menentukan apa yang boleh dilihat dan diputuskan seseorang"),
        ground=Ground.CONTRACT,
        until=gettext_lazy("selama sistem dijalankan"),
        readers=ACTS["member.list"],
        others=_BACK_OFFICE,
        measures=gettext_lazy("peran dibaca ulang pada setiap permintaan; setiap perubahan tercatat"),
    ),
    ProcessingActivity(
        name="invitations",
        title=gettext_lazy("Undangan"),
        data=gettext_lazy("nama, alamat surel, peran yang ditawarkan, siapa yang mengundang, dan jawabannya"),
        people=gettext_lazy("orang yang diundang ke sebuah organisasi"),
        purpose=gettext_lazy("menanyakan kesediaannya dan membuktikan alamat surelnya"),
        ground=Ground.INTEREST,
        retained=("invitations",),
        readers=ACTS["member.invite"],
        others=_BACK_OFFICE,
        measures=gettext_lazy("tautan hanya dikirim ke alamat itu, berlaku terbatas, dan satu kali pakai"),
    ),
    ProcessingActivity(
        name="consent",
        title=gettext_lazy("Persetujuan data pribadi"),
        data=gettext_lazy("versi pemberitahuan yang diterima dan waktunya"),
        people=_MEMBERS,
        purpose=gettext_lazy("membuktikan bahwa pemberitahuan ini sudah diterima"),
        ground=Ground.LAW,
        until=gettext_lazy("selama sistem dijalankan"),
        others=_BACK_OFFICE,
        measures=gettext_lazy("basis data menolak perubahan dan penghapusan"),
    ),
    ProcessingActivity(
        name="sign-ins",
        title=gettext_lazy("Sesi masuk"),
        data=gettext_lazy("alamat jaringan, peramban, waktu terakhir terlihat"),
        people=_MEMBERS,
        purpose=gettext_lazy("mengakhiri sesi yang tidak Anda kenal dan menahan percobaan masuk yang salah"),
        ground=Ground.INTEREST,
        retained=("sessions", "sign-ins"),
        others=_ONLY_ONESELF,
        measures=gettext_lazy("kunci sesi tidak pernah ditampilkan; kuki hanya lewat sambungan terenkripsi"),
    ),
    ProcessingActivity(
        name="notifications",
        title=gettext_lazy("Pemberitahuan"),
        data=gettext_lazy("apa yang diberitahukan kepada Anda, kapan, dan apakah sudah dibaca"),
        people=_MEMBERS,
        purpose=gettext_lazy("memberi tahu apa yang menunggu Anda, di sistem dan lewat surel"),
        ground=Ground.CONTRACT,
        retained=("read-notifications", "notifications", "outbox"),
        others=_ONLY_ONESELF,
        measures=gettext_lazy("surel hanya memuat kalimat dan tautan, tanpa lampiran"),
    ),
    ProcessingActivity(
        name="trail",
        title=gettext_lazy("Jejak kejadian"),
        data=gettext_lazy("siapa melakukan apa, untuk organisasi mana, dan kapan"),
        people=_MEMBERS,
        purpose=gettext_lazy("mempertanggungjawabkan setiap keputusan atas uang dan barang"),
        ground=Ground.LAW,
        until=gettext_lazy(
            "selama sistem dijalankan; tidak dapat diubah, tetapi setelah penghapusan hanya dibaca dengan nama samaran"
        ),
        readers=ACTS["member.list"],
        others=_BACK_OFFICE,
        measures=gettext_lazy("setiap kejadian terkunci pada kejadian sebelumnya; tidak dapat diubah"),
    ),
    ProcessingActivity(
        name="work",
        title=gettext_lazy("Berkas dan pekerjaan"),
        data=gettext_lazy(
            "berkas yang Anda unggah atau minta, siapa yang memintanya, formulir yang sudah dijawab"
        ),
        people=_MEMBERS,
        purpose=gettext_lazy(
            "menjalankan impor, laporan, dan salinan data; mencegah formulir terkirim dua kali"
        ),
        ground=Ground.CONTRACT,
        retained=("files", "jobs", "forms"),
        readers=ACTS["member.list"],
        measures=gettext_lazy("berkas hanya dibuka melalui halaman yang memeriksa hak"),
    ),
    ProcessingActivity(
        name="erasures",
        title=gettext_lazy("Permintaan penghapusan"),
        data=gettext_lazy("siapa yang meminta, keterangannya, keputusan dan alasannya, nama samaran"),
        people=gettext_lazy("orang yang meminta datanya dihapus"),
        purpose=gettext_lazy("memutuskan permintaan tepat waktu dan membuktikan bahwa data sudah dihapus"),
        ground=Ground.LAW,
        until=gettext_lazy("keterangan sampai dihapus; keputusan dan nama samaran selama sistem dijalankan"),
        readers=ACTS["erasure.read"],
        others=_ONLY_ONESELF,
        measures=gettext_lazy(
            "diputuskan oleh orang lain; nama samaran tidak dapat dikembalikan menjadi nama"
        ),
    ),
    ProcessingActivity(
        name="applications",
        title=gettext_lazy("Pendaftaran"),
        data=gettext_lazy("nama, alamat surel atau nomor telepon, dan isian serta berkas pendaftaran"),
        people=gettext_lazy("orang yang mendaftarkan instansi atau UMKM"),
        purpose=gettext_lazy("membuktikan alamatnya dan memutuskan pendaftaran"),
        ground=Ground.CONSENT,
        retained=tuple(
            f"{state}-{kind.value}"
            for kind in (Organisation.Kind.INSTITUTION, Organisation.Kind.MSME)
            for state in ("unproved", "applied", "accepted")
        ),
        readers=ACTS["application.list"],
        measures=gettext_lazy(
            "alamat dibuktikan dengan kode; halaman pendaftar hanya dibuka dengan tautannya"
        ),
    ),
)
