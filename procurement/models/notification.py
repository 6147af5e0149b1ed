"""What a person is told inside the system; the same sentence goes out by mail."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.language.said import read


class Notification(models.Model):
    """One sentence for one person about one organisation's matter, with the address that it leads to.

    ``mailed_at`` is when the same sentence went out by mail; a message delivered twice is mailed once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    sentence = models.CharField(max_length=300)
    # The same in every language: who changes the language of the pages reads what was told before in it too.
    said: Any = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    source = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        constraints = (
            models.UniqueConstraint(fields=["user", "source"], name="procurement_notification_once"),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="procurement_notification_of"),
            models.Index(
                fields=["user"],
                condition=models.Q(read_at__isnull=True),
                name="procurement_note_unread",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return read(self.said, self.sentence)
