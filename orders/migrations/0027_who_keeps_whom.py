"""Where several organisers share an installation, each keeps the register of those that it registered or worked with."""

from django.db import migrations
from django.utils import timezone


def write(apps, schema_editor):
    Organisation = apps.get_model("accounts", "Organisation")
    Acceptance = apps.get_model("accounts", "Acceptance")
    organisers = set(Organisation.objects.filter(kind="expo").values_list("pk", flat=True))
    if len(organisers) < 2:
        return
    Order = apps.get_model("orders", "Order")
    Allocation = apps.get_model("orders", "Allocation")
    Event = apps.get_model("procurement", "Event")
    pairs = set(
        Order.objects.exclude(status="draft")
        .values_list("institution_id", "edition__organiser_id")
        .distinct()
    )
    pairs |= set(Allocation.objects.values_list("msme_id", "order__edition__organiser_id").distinct())
    registered = Event.objects.filter(
        verb__in=("institution.register", "msme.register"), acting_for__in=organisers
    )
    for stream, organiser in registered.values_list("stream", "acting_for"):
        pairs.add((int(stream.rpartition(":")[2]), organiser))
    known = set(Organisation.objects.exclude(kind="expo").values_list("pk", flat=True))
    now = timezone.now()
    Acceptance.objects.bulk_create(
        [
            Acceptance(
                organisation_id=organisation,
                organiser_id=organiser,
                status="accepted",
                way="before",
                since=now,
            )
            for organisation, organiser in sorted(pairs)
            if organisation in known and organiser in organisers
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_who_runs_it_and_keeps_whom"),
        ("orders", "0026_steps_of_goods"),
        ("procurement", "0007_idempotency_knows_acts"),
    ]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
