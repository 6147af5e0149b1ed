"""Reports that were made, and when the next are made by themselves."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from expo.models.edition import Edition

if TYPE_CHECKING:
    from accounts.acting import Actor


def workbook_storage() -> Storage:
    """Where workbooks lie; asked for at run time, so that a migration names no folder of one machine."""
    return storages["documents"]


class ReportLanguage(models.TextChoices):
    """The languages that a report is written in."""

    INDONESIAN = "id", _("Bahasa Indonesia")
    ENGLISH = "en", _("Bahasa Inggris")


class ReportQuerySet(models.QuerySet["Report"]):
    """Who sees which report."""

    def visible_to(self, actor: "Actor") -> "ReportQuerySet":
        """The staff of the edition's organiser."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(edition__organiser_id=actor.organisation_id)
        return self.none()


class Report(models.Model):
    """One *Laporan Transaksi Expo*: the numbered paper, and the workbook with every row.

    ``document`` says whether the paper is drawn yet; the row itself the database refuses to change or delete.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="reports", db_index=False)
    as_of = models.DateTimeField(_("keadaan per"))
    language = models.CharField(_("bahasa"), max_length=2, choices=ReportLanguage.choices)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="report")
    workbook = models.FileField(_("berkas XLSX"), storage=workbook_storage, max_length=255)
    workbook_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(_("dibuat"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan transaksi")
        verbose_name_plural = _("laporan transaksi")
        indexes = (models.Index(fields=["edition", "-id"], name="expo_report_of_edition"),)

    def __str__(self) -> str:
        return f"{self.edition} {self.as_of}"


class ReportSchedule(models.Model):
    """A report every week on one weekday, told to coordinators and viewers by mail."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Senin")
        TUESDAY = 1, _("Selasa")
        WEDNESDAY = 2, _("Rabu")
        THURSDAY = 3, _("Kamis")
        FRIDAY = 4, _("Jumat")
        SATURDAY = 5, _("Sabtu")
        SUNDAY = 6, pgettext_lazy("hari", "Minggu")

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="report_schedule")
    weekday = models.PositiveSmallIntegerField(_("hari"), choices=Weekday.choices)
    language = models.CharField(_("bahasa"), max_length=2, choices=ReportLanguage.choices)
    is_active = models.BooleanField(_("aktif"), default=True)
    last_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("jadwal laporan")
        verbose_name_plural = _("jadwal laporan")

    def __str__(self) -> str:
        return f"{self.edition} {self.get_weekday_display()}"
