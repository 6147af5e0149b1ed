"""The first organiser runs the installation; where there is no other, it goes on keeping everybody's register.

Where there are several, ``orders`` writes who keeps whom from the orders that they have together.
"""

from django.db import migrations
from django.utils import timezone


def write(apps, schema_editor):
    Organisation = apps.get_model("accounts", "Organisation")
    Acceptance = apps.get_model("accounts", "Acceptance")
    organisers = list(Organisation.objects.filter(kind="expo").order_by("pk")[:2])
    if organisers:
        Organisation.objects.filter(pk=organisers[0].pk).update(is_operator=True)
    if len(organisers) != 1:
        return
    now = timezone.now()
    rows = Organisation.objects.exclude(kind="expo").order_by("pk").values_list("pk", flat=True)
    Acceptance.objects.bulk_create(
        (
            Acceptance(
                organisation_id=pk,
                organiser_id=organisers[0].pk,
                status="accepted",
                way="before",
                since=now,
            )
            for pk in rows.iterator(chunk_size=2000)
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_accepted_organisers"),
    ]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
