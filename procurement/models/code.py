"""What is kept of the codes by which somebody proves to read a phone or a mail box (``procurement.input.codes``)."""

from django.db import models


class Coded(models.Model):
    """A row that is confirmed by a code. The code itself is not kept; sends and guesses count for the row's life."""

    code_salt = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0, db_default=0)
    guesses = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True
