"""The words of splits: what each aims at, why an MSME cannot make a line, what is wrong with what was typed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.split.outcome import Wrong
from orders.split.problem import Barred, Problem
from orders.split.scenarios import EARLIEST, MOST
from procurement.templatetags.words import angka, tanggal_text

AIMS = {
    "cheapest": gettext_lazy("Jumlah harga paling rendah."),
    "earliest": gettext_lazy("Seluruh pesanan siap pada tanggal paling awal, lalu semurah mungkin."),
    "most": gettext_lazy("Sebanyak mungkin UMKM mendapat bagian yang layak, lalu semurah mungkin."),
    "capped": gettext_lazy("Semurah mungkin, tanpa UMKM yang bagiannya di atas batas nilai pesanan."),
    "local": gettext_lazy("Rupiah ke luar kota tujuan sesedikit mungkin, lalu semurah mungkin."),
    "weighted": gettext_lazy("Harga ditambah bobot waktu, jarak, riwayat, dan yang sudah diterima."),
}

WHY_GREEDY = {
    "not_installed": gettext_lazy(
        "Pemecah tidak terpasang; ini pembagian berurutan, bukan yang terbukti terbaik."
    ),
    "no_time": gettext_lazy(
        "Pemecah tidak menemukan hasil dalam batas kerjanya; ini pembagian berurutan, bukan yang terbukti terbaik."
    ),
    "too_large": gettext_lazy(
        "Angkanya terlalu besar bagi pemecah; ini pembagian berurutan, bukan yang terbukti terbaik."
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence and what kind it is: the code is for grouping and for tests."""

    code: str
    sentence: str


SURCHARGES = {
    "late": gettext_lazy("waktu"),
    "far": gettext_lazy("jarak"),
    "record": gettext_lazy("riwayat"),
    "had": gettext_lazy("sudah diterima"),
}

BARRED = {
    "declined": gettext_lazy("Menolak: %(text)s"),
    "expired": gettext_lazy("Tidak menjawab sampai tenggat."),
    "late_answer": gettext_lazy("Menyanggupi %(number)s, tetapi baru siap %(day)s, sesudah dibutuhkan."),
    "unanswered": gettext_lazy("Sudah ditanya dan belum menjawab; harganya belum diketahui."),
    "unknown": gettext_lazy("Harganya untuk barang ini belum diketahui. Tanyakan dahulu."),
    "lead": gettext_lazy("Waktu pengerjaannya %(number)s hari, baru siap %(day)s, sesudah dibutuhkan."),
    "minimum": gettext_lazy("Jumlah minimumnya %(number)s, sedangkan baris ini %(other)s."),
    "full": gettext_lazy("Tidak ada kapasitas bebas sampai %(day)s."),
    "capacity": gettext_lazy("Kapasitas bebasnya sampai %(day)s %(number)s, di bawah minimumnya %(other)s."),
}


def why_barred(one: Barred) -> Reason:
    """Why an MSME cannot make a line, whatever the scenario."""
    values = {
        "number": angka(one.number),
        "other": angka(one.other),
        "day": tanggal_text(one.day),
        "text": one.text,
    }
    return Reason(one.why, str(BARRED[one.why]) % values)


WRONG = {
    "barred": gettext_lazy("Baris %(line)s: %(msme)s tidak dapat dipakai untuk baris ini."),
    "confirmed": gettext_lazy("Baris %(line)s: %(msme)s hanya menyanggupi %(most)s, bukan %(pieces)s."),
    "asked": gettext_lazy("Baris %(line)s: %(msme)s sedang ditanya untuk %(most)s, bukan %(pieces)s."),
    "most": gettext_lazy("Baris %(line)s: %(msme)s dapat membuat paling banyak %(most)s, bukan %(pieces)s."),
    "minimum": gettext_lazy("Baris %(line)s: %(msme)s melayani paling sedikit %(most)s, bukan %(pieces)s."),
    "too_many": gettext_lazy("Baris %(line)s: jumlah bagian melebihi baris sebanyak %(pieces)s."),
    "capacity": gettext_lazy(
        "Baris %(line)s: kapasitas bebas %(msme)s sampai %(day)s hanya %(most)s, padahal semua bagiannya %(pieces)s."
    ),
}


def sentence_of(problem: Problem, wrong: Wrong) -> str:
    """What is wrong with a split, as sentences for the person who typed it."""
    maker = problem.maker.get(wrong.maker or 0)
    values: dict[str, Any] = {
        "line": problem.line[wrong.line].position,
        "msme": maker.name if maker else _("UMKM itu"),
        "pieces": angka(wrong.pieces),
        "most": angka(wrong.most),
        "day": tanggal_text(wrong.day),
    }
    return str(WRONG[wrong.what]) % values


def proof_sentence(scenario: str, gap: int | None, covers: bool, why_greedy: str, by_clock: bool) -> str:
    """How good an answer is known to be."""
    if why_greedy:
        return str(WHY_GREEDY[why_greedy])
    if gap is None:
        return _("Belum terbukti.")
    if not gap:
        said = _("Terbukti terbanyak.") if scenario == MOST else _("Terbukti terbaik.")
    elif scenario == EARLIEST:
        said = _("Paling banyak %(days)s hari sesudah tanggal paling awal yang mungkin.") % {
            "days": angka(gap)
        }
    else:
        said = _("Paling jauh %(gap)s %% dari yang terbaik.") % {"gap": percent_text(gap)}
    if not covers:
        said += " " + _("Belum terbukti bahwa tidak dapat lebih banyak yang tercukupi.")
    if by_clock:
        said += " " + _("Waktu habis; bila dihitung ulang hasilnya dapat berbeda.")
    return said


def percent_text(hundredths: int) -> str:
    """*1,2* for 120; always rounded up, so that it promises nothing that is not so."""
    tenths = -(-hundredths // 10)
    return f"{tenths // 10},{tenths % 10}"
