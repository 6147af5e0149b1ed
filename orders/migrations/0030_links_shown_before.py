"""Which links belong to sealed rounds, and that the others have stood on a page of the coordinators."""

from django.db import migrations, models


def tell_what_was_shown(apps, schema_editor):
    """Until now every live link stood on a page of the coordinators, those of sealed rounds too."""
    AnswerLink = apps.get_model("orders", "AnswerLink")
    Allocation = apps.get_model("orders", "Allocation")
    sealed = Allocation.objects.filter(
        order=models.OuterRef("order"),
        msme=models.OuterRef("msme"),
        round=models.OuterRef("round"),
        sealed=True,
    )
    AnswerLink.objects.filter(models.Exists(sealed)).update(sealed=True)
    AnswerLink.objects.filter(sealed=False).update(shown_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0029_links_sent_and_shown_once"),
    ]

    operations = [migrations.RunPython(tell_what_was_shown, migrations.RunPython.noop)]
