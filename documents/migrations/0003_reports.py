"""A further kind of paper: the report of the expo."""

from typing import Any

from django.db import migrations, models

from documents import guards

KINDS = [
    ("surat_penawaran", "Surat Penawaran"),
    ("surat_pesanan", "Surat Pesanan"),
    ("surat_jalan", "Surat Jalan"),
    ("bast", "Berita Acara Serah Terima"),
    ("laporan_expo", "Laporan Transaksi Expo"),
]


def guard_again(apps: Any, editor: Any) -> None:
    """SQLite makes the table anew to change a constraint, and forgets its triggers."""
    if editor.connection.vendor == "sqlite":
        guards.remove(editor.connection)
        guards.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_issued_documents_fixed")]

    operations = [
        migrations.RemoveConstraint(model_name="document", name="documents_document_kind_known"),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="jenis"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]),
                name="documents_document_kind_known",
            ),
        ),
        migrations.RunPython(guard_again, guard_again),
    ]
