"""The register of processing that a controller keeps (UU 27/2022 Art. 31): the rows of the notice, with measures."""

from django.utils.translation import gettext_lazy as _

from procurement.lists.columns import Column

COLUMNS = (
    Column("title", _("Kegiatan"), value="title"),
    Column("purpose", _("Untuk apa"), value="purpose"),
    Column("data", _("Data"), value="data"),
    Column("people", _("Tentang siapa"), value="people"),
    Column("ground", _("Dasar hukum"), value="ground.label"),
    Column("seen_by", _("Siapa yang melihat"), value=lambda row: ", ".join(row.seen_by)),
    Column("kept", _("Berapa lama"), value=lambda row: "; ".join(row.kept)),
    Column("measures", _("Pengamanan"), value="measures"),
)
"""The register as a sheet, in the order of the page."""
