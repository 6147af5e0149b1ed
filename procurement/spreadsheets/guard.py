"""The kind of an upload, by its name and first bytes; a process of its own reads the content."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from procurement.spreadsheets.confinement import UnreadableSheet

MAX_BYTES = 5 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(name: str, content: bytes) -> str:
    """``xlsx`` or ``csv``: what the name says, provided that the content begins as such a file does."""
    if not content:
        raise UnreadableSheet(_("Berkas ini kosong. Isilah templat, lalu unggah lagi."))
    if len(content) > MAX_BYTES:
        raise UnreadableSheet(
            _("Berkas ini lebih besar dari %(most)d MB. Bagilah menjadi beberapa berkas.")
            % {"most": MAX_BYTES // 1024 // 1024}
        )
    extension = PurePath(name).suffix.lower()
    if extension not in (".xlsx", ".csv"):
        raise UnreadableSheet(
            _("Pilih berkas XLSX atau CSV. Simpan lembar Anda dalam salah satu bentuk itu.")
        )
    if extension == ".xlsx":
        if content.startswith(_OLE):
            raise UnreadableSheet(
                _("Berkas ini berbentuk lama (XLS) atau berkata sandi. Simpan sebagai XLSX tanpa kata sandi.")
            )
        if not content.startswith(_ZIP):
            raise UnreadableSheet(
                _("Isi berkas ini bukan XLSX. Buka di aplikasi lembar kerja, lalu simpan sebagai XLSX.")
            )
        return "xlsx"
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, as Excel's “Unicode text”
    if content.startswith((_ZIP, _OLE, b"%PDF")) or (b"\x00" in content and not is_wide):
        raise UnreadableSheet(_("Isi berkas ini bukan CSV. Simpan lembar Anda sebagai CSV UTF-8 atau XLSX."))
    return "csv"
