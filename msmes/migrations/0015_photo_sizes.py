import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

_HAS_SIZES = models.Q(format="") | models.Q(format__in=["avif", "webp"], width__gte=1, height__gte=1)


def ask_to_draw(apps, schema_editor):
    """Photos that are there already get their sizes from a worker, as new ones do."""
    photos = apps.get_model("msmes", "OfferPhoto").objects.values_list("pk", flat=True)
    messages = apps.get_model("procurement", "OutboxMessage")
    now = timezone.now()
    messages.objects.bulk_create(
        [
            messages(
                topic="msmes.draw_photo",
                key=f"photo:offer:{pk}",
                payload={"kind": "offer", "photo_id": pk},
                due_at=now,
            )
            for pk in photos
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("msmes", "0014_certificates_and_photos"),
        ("procurement", "0011_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=160, verbose_name="keterangan foto")),
                ("file", models.CharField(max_length=120)),
                ("format", models.CharField(blank=True, default="", max_length=4)),
                ("width", models.PositiveSmallIntegerField(default=0)),
                ("height", models.PositiveSmallIntegerField(default=0)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="msmes.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "foto katalog",
                "verbose_name_plural": "foto katalog",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("file", ""), _negated=True), name="msmes_product_photo_is_stored"
                    ),
                    models.CheckConstraint(condition=_HAS_SIZES, name="msmes_product_photo_has_sizes"),
                    models.UniqueConstraint(fields=("product", "file"), name="msmes_product_photo_once"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="offerphoto", name="msmes_photo_is_stored"),
        migrations.RemoveField(model_name="offerphoto", name="thumbnail"),
        migrations.AddField(
            model_name="offerphoto",
            name="format",
            field=models.CharField(blank=True, default="", max_length=4),
        ),
        migrations.AddField(
            model_name="offerphoto", name="height", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="offerphoto", name="width", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddConstraint(
            model_name="offerphoto",
            constraint=models.CheckConstraint(
                condition=models.Q(("file", ""), _negated=True), name="msmes_photo_is_stored"
            ),
        ),
        migrations.AddConstraint(
            model_name="offerphoto",
            constraint=models.CheckConstraint(condition=_HAS_SIZES, name="msmes_photo_has_sizes"),
        ),
        migrations.RunPython(ask_to_draw, migrations.RunPython.noop),
    ]
