"""A new edition begins like an earlier one: what is copied, and what stays with the earlier one.

People, institutions, MSMEs, regions, categories and the catalogue belong to the organisers and not to one edition, so
they are there already. Rules of an edition are its targets, the weekly report and whether buyers read who makes;
pledges, sales, orders, reports and snapshots tell what happened in the earlier one and stay there. A catalogue for
everybody is opened for each edition anew.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.editions.targets import targets_of
from expo.models import ChannelSale, Edition, LedgerEntry, Pledge, Report, ReportSchedule, Snapshot


@dataclass(frozen=True, slots=True)
class Copied:
    """What a new edition took over from an earlier one, and what it left there, as sentences."""

    taken: list[str]
    left: list[str]


def copy_rules(edition: Edition, source: Edition) -> None:
    """Give the new edition the weekly report and the catalogue of the earlier one; the transaction is open.

    Saves the edition once more where something of its own row is copied.
    """
    if source.shows_makers:
        edition.shows_makers = True
        edition.save(update_fields=["shows_makers"])
    schedule = ReportSchedule.objects.filter(edition=source, is_active=True).first()
    if schedule is not None:
        ReportSchedule.objects.create(edition=edition, weekday=schedule.weekday, language=schedule.language)


def told(source: Edition) -> Copied:
    """What is copied from this edition and what is left in it."""
    taken = [_("Orang, instansi, UMKM, wilayah, kategori, dan katalog: sama untuk semua penyelenggaraan.")]
    if count := len(targets_of(source)):
        taken.append(ngettext("%(count)d target kanal.", "%(count)d target kanal.", count) % {"count": count})
    if ReportSchedule.objects.filter(edition=source, is_active=True).exists():
        taken.append(_("Jadwal laporan mingguan."))
    if source.shows_makers:
        taken.append(_("Nama pembuat terlihat di katalog."))
    orders = LedgerEntry.objects.filter(edition=source, order_id__isnull=False)
    pledges = Pledge.objects.filter(edition=source).count()
    sales = ChannelSale.objects.filter(edition=source).count()
    ordered = orders.values("order_id").distinct().count()
    reports = Report.objects.filter(edition=source).count()
    snapshots = Snapshot.objects.filter(edition=source).count()
    left = (
        (pledges, ngettext("%(count)d komitmen.", "%(count)d komitmen.", pledges)),
        (sales, ngettext("%(count)d penjualan kanal.", "%(count)d penjualan kanal.", sales)),
        (ordered, ngettext("%(count)d pesanan.", "%(count)d pesanan.", ordered)),
        (reports, ngettext("%(count)d laporan.", "%(count)d laporan.", reports)),
        (snapshots, ngettext("%(count)d potret angka.", "%(count)d potret angka.", snapshots)),
    )
    stays = [words % {"count": count} for count, words in left if count]
    if source.is_public:
        stays.append(_("Katalog umum: tertutup sampai Anda membukanya lagi."))
    return Copied(taken, stays)
