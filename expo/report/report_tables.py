"""What the report says: every table, chart and definition of an edition at a moment, in the present language."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from documents.issuing.contents import ReportChart, ReportContent, ReportTable
from expo.figures import breakdown, chart_themes, charts, figures
from expo.figures.asked import FILTERS, Asked
from expo.figures.names import TITLES, Names
from expo.figures.overview import Overview, overview
from expo.figures.wording import amount_said, stage_name
from expo.letterhead import letterhead_of
from expo.models import ACTIVE, Dimension
from procurement.money import rupiah
from procurement.templatetags.words import tanggal_text, waktu_text

ON_PAPER = 25
"""Rows of a table on paper; the workbook has them all."""

CHART_WIDTH = 620
_BY = (Dimension.INSTITUTION, Dimension.MSME, Dimension.DISTRICT, Dimension.CATEGORY)

Cells = Sequence[str | int | None]


def _table(
    key: str, title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Cells], note: str = ""
) -> ReportTable:
    return ReportTable(
        key=key,
        title=title,
        headings=tuple(heading for heading, _kind in columns),
        kinds=tuple(kind for _heading, kind in columns),
        rows=tuple(tuple(row) for row in rows),
        note=note,
    )


def _rp(name: str) -> tuple[str, str]:
    return (_("%(name)s (Rp)") % {"name": name}, "money")


def _whole(amount: Decimal | int | None) -> int | None:
    return None if amount is None else int(amount)


def tables_of(asked: Asked, names: Names, shown: Overview) -> list[ReportTable]:
    """Every table in full."""
    stage, value, count = (_("Tahap"), "text"), _rp(_("Nilai")), (_("Jumlah"), "number")
    made = [
        _table(
            "tahap",
            _("Nilai menurut tahap"),
            [stage, value, count],
            [(one.name, _whole(one.amount), one.orders) for one in shown.stages],
            _("Setiap rupiah berada pada satu tahap. Rupiah bulat sebelum PPN."),
        ),
        _table(
            "corong",
            _("Corong: yang sampai sekurangnya pada tahap"),
            [
                stage,
                value,
                count,
                (_("Persen nilai"), "number"),
                (_("Persen jumlah"), "number"),
                (_("Terhadap"), "text"),
                (_("Median hari"), "number"),
            ],
            [
                (
                    one.name,
                    _whole(one.reached.amount),
                    one.reached.orders,
                    one.value_share,
                    one.count_share,
                    str(one.of) if one.value_share is not None else "",
                    one.days,
                )
                for one in shown.steps
            ],
        ),
        _table(
            "perubahan",
            _("Perubahan yang belum dibukukan"),
            [(_("Terhadap"), "text"), (_("Saat"), "text"), _rp(_("Selisih"))],
            [(str(one.label), waktu_text(one.moment), _whole(one.difference)) for one in shown.changes],
        ),
        _table(
            "waktu",
            _("Nilai dari waktu ke waktu"),
            [(_("Akhir hari"), "text"), *(_rp(stage_name(one)) for one in ACTIVE)],
            [
                (tanggal_text(day), *(_whole(by_stage[one].amount) for one in ACTIVE))
                for day, by_stage, _at in shown.points
            ],
        ),
        _table(
            "umur",
            _("Umur yang belum dibukukan"),
            [(_("Hari kerja"), "text"), (_("Sejak"), "text"), value, count],
            [
                (
                    one.label,
                    tanggal_text(one.since) if one.since else "",
                    _whole(one.total.amount),
                    one.total.orders,
                )
                for one in shown.buckets
            ],
        ),
    ]
    made += [_by(asked, names, dimension) for dimension in _BY]
    made += [_concentration(shown), _expected(shown), _channels(asked), _others(shown)]
    return made


def _by(asked: Asked, names: Names, dimension: Dimension) -> ReportTable:
    title = str(TITLES[dimension])
    return _table(
        f"menurut-{FILTERS[dimension]}",
        _("Nilai menurut %(title)s") % {"title": title.lower() if dimension != Dimension.MSME else title},
        [
            (title, "text"),
            _rp(_("Belum dibukukan")),
            _rp(_("Sudah dibukukan seluruhnya")),
            _rp(_("Tidak jadi")),
        ],
        [
            (one.name, _whole(one.unbooked), _whole(one.booked), _whole(one.lost))
            for one in breakdown.whole(asked, names, dimension)
        ],
    )


def _concentration(shown: Overview) -> ReportTable:
    found = shown.concentration
    rows: list[Cells] = []
    if found is not None:
        rows = [
            (_("UMKM yang mendapat bagian"), found.count),
            (_("Nilai yang terbagi (Rp)"), int(found.total)),
            (_("Bagian lima UMKM terbesar (%)"), found.of_five),
            (_("Bagian sepuluh UMKM terbesar (%)"), found.of_ten),
            (_("Indeks Herfindahl (0 sampai 10.000)"), found.index),
            (_("Sebutan"), str(found.words)),
        ]
    return _table("pemusatan", _("Pemusatan"), [(_("Ukuran"), "text"), (_("Angka"), "number")], rows)


def _expected(shown: Overview) -> ReportTable:
    found = shown.expected
    note = _("Perkiraan dari pengalaman, bukan bagian dari buku.")
    if found.tested:
        note += " " + _(
            "Dari %(all)d minggu yang diuji, %(within)d berada dalam rentangnya (%(percent)d %%, dijanjikan 80 %%)."
        ) % {"all": len(found.tested), "within": found.within, "percent": found.within_percent}
    return _table(
        "perkiraan",
        _("Perkiraan yang akan dibukukan"),
        [(_("Minggu"), "text"), _rp(_("Perkiraan")), _rp(_("Paling rendah")), _rp(_("Paling tinggi"))],
        [(charts.span(one.first_day, one.last_day), one.middle, one.low, one.high) for one in found.weeks],
        note,
    )


def _channels(asked: Asked) -> ReportTable:
    rows: list[Cells] = []
    for one in figures.channel_figures(asked.edition, asked.as_of):
        rows.append((one.label.capitalize(), _("tercatat per hari dan UMKM"), rupiah(one.recorded), ""))
        rows += [
            (one.label.capitalize(), _("pernyataan"), amount_said(row.amount_kind, row.amount), row.source)
            for row in one.said
        ]
    return _table(
        "kanal",
        _("Kanal penjualan lain"),
        [(_("Kanal"), "text"), (_("Jenis"), "text"), (_("Nilai"), "text"), (_("Sumber"), "text")],
        rows,
        _("Berdiri di samping nilai pesanan dan tidak pernah dijumlahkan ke dalamnya."),
    )


def _others(shown: Overview) -> ReportTable:
    return _table(
        "bukan-pesanan",
        _("Diumumkan, tetapi bukan pesanan"),
        [(_("Pihak"), "text"), (_("Jenis"), "text"), (_("Nilai"), "text"), (_("Sumber"), "text")],
        [
            (
                one.party_name,
                str(one.get_kind_display()),
                amount_said(one.amount_kind, one.amount, one.amount_to),
                one.source,
            )
            for one in shown.other_pledges
        ],
        _("Pembiayaan, nota kesepahaman, dan yang belum jelas tidak masuk nilai pesanan."),
    )


def definitions() -> tuple[tuple[str, str], ...]:
    """What each figure means; the same words as on the dashboard."""
    return (
        (
            _("diumumkan"),
            _(
                "Komitmen jenis pesanan yang bernilai, sejauh belum dipakai oleh pesanan. Dari “lebih dari” dan"
                " “kisaran” dihitung nilai yang paling rendah."
            ),
        ),
        (_("diminta"), _("Pesanan yang diajukan dan belum ditawarkan: harga sasarannya.")),
        (_("ditawarkan"), _("Pesanan dengan penawaran yang belum diputuskan: nilai penawarannya.")),
        (_("belum dibukukan"), _("Diumumkan, diminta, dan ditawarkan bersama-sama.")),
        (
            _("sudah dibukukan seluruhnya"),
            _(
                "Pesanan yang disetujui: menunggu, dalam produksi, dalam pengiriman, dan diterima. Hanya angka ini yang"
                " boleh disebut nilai pesanan."
            ),
        ),
        (
            _("tidak jadi"),
            _(
                "Pesanan yang ditarik, ditolak, habis masa berlakunya, atau dibatalkan; komitmen yang gugur atau"
                " ditarik."
            ),
        ),
        (
            _("transaksi langsung, live shopping"),
            _("Yang terjual lewat kanal lain; di samping nilai pesanan dan tidak pernah ditambahkan."),
        ),
        (_("jumlah"), _("Banyaknya pesanan, dihitung sekali di tempat pesanan itu berada; pada diumumkan: komitmen.")),
        (_("corong"), _("Yang sampai sekurangnya pada suatu tahap, jadi maupun tidak.")),
        (_("median hari"), _("Lamanya pesanan berada pada suatu tahap sebelum meninggalkannya.")),
        (_("perubahan"), _("Selisih yang belum dibukukan terhadap saat yang lebih awal.")),
        (_("nilai dari waktu ke waktu"), _("Yang berada pada setiap tahap pada akhir hari itu.")),
        (_("umur"), _("Hari kerja sejak nilai berada pada tahapnya, tanpa hari libur dan cuti bersama.")),
        (
            _("menurut UMKM, kabupaten/kota, kategori"),
            _("Diketahui sejak penawaran; yang sebelumnya berada pada baris yang belum dibagi."),
        ),
        (
            _("pemusatan"),
            _(
                "Bagian lima dan sepuluh UMKM terbesar dalam nilai yang ditawarkan dan dibukukan, serta jumlah kuadrat"
                " bagian setiap UMKM (indeks Herfindahl)."
            ),
        ),
        (
            _("perkiraan"),
            _(
                "Yang mungkin dibukukan pada minggu mendatang menurut pengalaman; rentang minggu pertama memuat"
                " kenyataan sedikitnya delapan dari sepuluh kali, selama minggu mendatang sejenis dengan"
                " minggu yang lalu."
            ),
        ),
        (_("keadaan per"), _("Yang sudah terjadi sampai saat itu, sebagaimana diketahui ketika laporan dibuat.")),
    )  # fmt: skip


def words() -> dict[str, str]:
    return {
        "number": _("Nomor"),
        "edition": _("Penyelenggaraan"),
        "as_of": _("Keadaan per"),
        "no_charts": _("Grafik tidak dapat digambar pada komputer ini; angkanya ada pada setiap tabel."),
        "nothing": _("Tidak ada."),
        "more": _("baris lain ada dalam berkas XLSX."),
        "definitions": _("Arti setiap angka"),
        "check": _("Kode cek"),
    }


def _titles(shown: Overview) -> list[tuple[str, str, Any]]:
    """``(title, name, specification)`` of the charts in the order of the report."""
    return [(str(spec.get("description", name)), name, spec) for name, spec in shown.charts.items()]


def build(asked: Asked, names: Names, language: str) -> tuple[ReportContent, list[ReportTable]]:
    """The content of the paper, and all tables in full for the workbook."""
    shown = overview(asked, names)
    tables = tables_of(asked, names, shown)
    found = shown.figures
    content = ReportContent(
        letterhead=letterhead_of(asked.edition.organiser),
        language=language,
        heading=_("Laporan Transaksi Expo"),
        edition=asked.edition.name,
        as_of=waktu_text(asked.moment),
        summary=(
            (_("Belum dibukukan"), rupiah(found.by_stage.not_yet_booked.amount)),
            (_("Sudah dibukukan seluruhnya"), rupiah(found.by_stage.booked.amount)),
        ),
        tables=tuple(_on_paper(table) for table in tables),
        charts=tuple(
            ReportChart(title=title, spec=charts.for_paper(spec, width=CHART_WIDTH))
            for title, _name, spec in _titles(shown)
        ),
        definitions=definitions(),
        words=words(),
        locale=chart_themes.locale(),
    )
    return content, tables


def _on_paper(table: ReportTable) -> ReportTable:
    more = len(table.rows) - ON_PAPER
    if more <= 0:
        return table
    # Time runs towards the moment of the report, everything else from the largest down.
    rows = table.rows[-ON_PAPER:] if table.key == "waktu" else table.rows[:ON_PAPER]
    return ReportTable(
        key=table.key,
        title=table.title,
        headings=table.headings,
        kinds=table.kinds,
        rows=rows,
        note=table.note,
        more=more,
    )
