"""A number is given out once per organisation; a sequence that never starts again has no row of its own any more.

Papers are never changed: of those that bear one number twice, the first holds it and the later ones are told at the
end of this migration. See ``documents/issuing/repeated.py``.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Max

from documents import guards
from procurement import clock


def hold_numbers(apps: Any, editor: Any) -> None:
    documents = apps.get_model("documents", "Document").objects
    given = apps.get_model("documents", "GivenNumber")
    holders: dict[tuple[int, str], tuple[str, str]] = {}
    later, repeated = [], []
    rows = documents.order_by("pk").values_list("pk", "issuer_id", "number", "kind", "subject")
    for key, issuer, number, kind, subject in rows.iterator():
        holder = holders.setdefault((issuer, number), (kind, subject))
        if holder != (kind, subject):
            repeated.append((key, number))
    seen = set()
    for key, issuer, number, _kind, _subject in rows.iterator():
        if (issuer, number) in seen:
            later.append(key)
        seen.add((issuer, number))
    for start in range(0, len(later), 500):
        documents.filter(pk__in=later[start : start + 500]).update(opens_number=False)
    given.objects.bulk_create(
        (given(organisation_id=issuer, number=number) for issuer, number in holders), batch_size=500
    )
    for key, number in repeated:
        print(f"document {key} bears the number {number} of an earlier paper of the same issuer")  # noqa: T201


def one_row_a_year(apps: Any, editor: Any) -> None:
    """A sequence that never started again goes on in the row of this year."""
    sequences = apps.get_model("documents", "NumberSequence").objects
    year = clock.today().year
    for row in sequences.filter(year=0):
        same = sequences.filter(organisation_id=row.organisation_id, code=row.code)
        highest = same.filter(year__in=(0, year)).aggregate(last=Max("last_number"))["last"]
        row.delete()
        same.update_or_create(
            organisation_id=row.organisation_id,
            code=row.code,
            year=year,
            defaults={"last_number": highest},
        )


def guard_again(apps: Any, editor: Any) -> None:
    """SQLite makes the table anew to add a column, and forgets its triggers."""
    if editor.connection.vendor == "sqlite":
        guards.remove(editor.connection)
        guards.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_organisations"),
        ("documents", "0003_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenNumber",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=120, verbose_name="nomor")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "nomor yang terbit",
                "verbose_name_plural": "nomor yang terbit",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number"), name="documents_givennumber_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="document",
            name="opens_number",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunPython(hold_numbers, migrations.RunPython.noop),
        migrations.RunPython(one_row_a_year, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("opens_number", True)),
                fields=("issuer", "number"),
                name="documents_document_number_once",
            ),
        ),
        migrations.RunPython(guard_again, guard_again),
    ]
