"""What an MSME can make each ISO week, and what is reserved of it for which order.

A week is named by its Monday. ``CapacityWeek`` holds the two figures that must never cross: the database refuses
``reserved > available``, also for simultaneous transactions. All other tables say why a week has the figure it has.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import in_care_of
from msmes.models.catalogue import Product
from msmes.models.register import Msme
from procurement import clock

if TYPE_CHECKING:
    from accounts.acting import Actor


class CapacityWeekQuerySet(models.QuerySet["CapacityWeek"]):
    """Reads of weeks."""

    def visible_to(self, actor: "Actor") -> "CapacityWeekQuerySet":
        """The system all; expo staff those of MSMEs in their organiser's care; an MSME its own; nobody else any."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(in_care_of(actor, "msme_id"))
        if actor.kind == "msme" and actor.roles:
            return self.filter(msme_id=actor.organisation_id)
        return self.none()


class CapacityPlan(models.Model):
    """The usual week of one MSME for one product: pieces in a normal week.

    ``work_days`` is how many days that week has; a public holiday or a day off takes its part away.
    """

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="capacity_plans")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    usual = models.PositiveIntegerField(_("kapasitas per minggu"))
    work_days = models.PositiveSmallIntegerField(_("hari kerja per minggu"), default=6)

    class Meta:
        verbose_name = _("kapasitas produksi")
        verbose_name_plural = _("kapasitas produksi")
        constraints = (
            models.UniqueConstraint(fields=["msme", "product"], name="msmes_plan_once"),
            models.CheckConstraint(
                condition=Q(work_days__gte=1, work_days__lte=7), name="msmes_plan_days_of_a_week"
            ),
        )

    def __str__(self) -> str:
        return f"{self.msme} · {self.product}: {self.usual}"


class DayOff(models.Model):
    """A day on which an MSME does not work, besides public holidays."""

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="days_off")
    day = models.DateField(_("hari libur"))
    reason = models.CharField(_("alasan"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("hari libur usaha")
        verbose_name_plural = _("hari libur usaha")
        constraints = (models.UniqueConstraint(fields=["msme", "day"], name="msmes_dayoff_once"),)

    def __str__(self) -> str:
        return f"{self.msme} {self.day}"


class CapacityPause(models.Model):
    """Days, both included, on which an MSME makes nothing of a product, or nothing at all."""

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="pauses")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(_("jeda mulai"))
    last_day = models.DateField(_("jeda sampai"))
    reason = models.CharField(_("alasan"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("jeda produksi")
        verbose_name_plural = _("jeda produksi")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="msmes_pause_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.msme} {self.first_day}–{self.last_day}"


class WeekException(models.Model):
    """A week with a figure of its own, whatever the usual week and the holidays say."""

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="week_exceptions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    week = models.DateField(_("minggu"))
    available = models.PositiveIntegerField(_("kapasitas minggu itu"))
    reason = models.CharField(_("alasan"), max_length=120, blank=True)
    declared_on = models.DateField(_("diisi pada"), null=True)
    """A figure that is given within its own week speaks of the days that were still to come then."""

    class Meta:
        verbose_name = _("minggu khusus")
        verbose_name_plural = _("minggu khusus")
        constraints = (
            models.UniqueConstraint(fields=["msme", "product", "week"], name="msmes_weekexception_once"),
        )

    def __str__(self) -> str:
        return f"{self.msme} {self.week}: {self.available}"


MONDAY_TO_SATURDAY = 0b0111111


def pieces_to_come(week: date, figure: int, days: int, today: date) -> int:
    """What is left of a week's figure when its days before ``today`` are taken out; today itself is to come.

    ``days`` has a bit for each day of the week on which anything is made, Monday the lowest.
    """
    if today <= week:
        return figure
    gone = (today - week).days
    all_days = days.bit_count()
    return figure * (days >> gone).bit_count() // all_days if all_days else 0


class CapacityWeek(models.Model):
    """Pieces of one product that one MSME can make in one week, and how many of them are promised.

    ``available`` exceeds what can be made by ``beyond`` pieces, as far as promises did when the week became smaller:
    such a week is a :class:`CapacityConflict`, and the database lets nobody promise more of it. What can really be
    made is :attr:`figure`.
    """

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="capacity_weeks")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    week = models.DateField(_("minggu mulai"))
    available = models.PositiveIntegerField(_("kapasitas"))
    reserved = models.PositiveIntegerField(_("sudah dipesan"), default=0)
    beyond = models.PositiveIntegerField(_("melebihi kapasitas"), default=0, db_default=0)
    days = models.PositiveSmallIntegerField(
        _("hari produksi"), default=MONDAY_TO_SATURDAY, db_default=MONDAY_TO_SATURDAY
    )

    objects = CapacityWeekQuerySet.as_manager()

    class Meta:
        verbose_name = _("minggu produksi")
        verbose_name_plural = _("minggu produksi")
        constraints = (
            models.UniqueConstraint(fields=["msme", "product", "week"], name="msmes_week_once"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("available")), name="msmes_week_never_overcommitted"
            ),
            models.CheckConstraint(
                condition=Q(beyond=0) | Q(available=F("reserved"), beyond__lte=F("available")),
                name="msmes_week_beyond_is_promised",
            ),
            models.CheckConstraint(condition=Q(days__lte=127), name="msmes_week_days_of_a_week"),
        )
        indexes = (
            models.Index(fields=["product", "week"], name="msmes_week_of_product"),
            # Few weeks that are over still hold anything, and every reader of free weeks asks for those.
            models.Index(
                fields=["week", "msme"], condition=Q(reserved__gt=0), name="msmes_week_holding_anything"
            ),
        )

    def __str__(self) -> str:
        # Without what is reserved: a sealed answer may be part of it, and the back office writes this down anywhere.
        return f"{self.msme} · {self.product} {self.week}"

    @property
    def figure(self) -> int:
        """Pieces that can be made in the whole week."""
        return self.available - self.beyond

    @property
    def to_come(self) -> int:
        """Pieces that can still be made in it: days that are over are not capacity."""
        return pieces_to_come(self.week, self.figure, self.days, clock.today())

    @property
    def free(self) -> int:
        return max(0, self.to_come - self.reserved)

    @property
    def last_day(self) -> date:
        return self.week + timedelta(days=6)

    def take_figure(self, figure: int) -> None:
        """Set what can be made; promises beyond it stay, and nothing more can be promised."""
        self.available = max(figure, self.reserved)
        self.beyond = self.available - figure


class CapacityConflict(models.Model):
    """A week of which more is promised than can be made: a holiday was decreed, or nothing is free for what is late.

    It is recorded for people to decide, and ends by itself when the week holds its promises again.
    """

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="capacity_conflicts")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    week = models.DateField(_("minggu"))
    figure = models.PositiveIntegerField(_("kapasitas"))
    reserved = models.PositiveIntegerField(_("sudah dipesan"))
    since = models.DateTimeField(_("sejak"))
    told_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(_("selesai"), null=True)

    class Meta:
        verbose_name = _("janji melebihi kapasitas")
        verbose_name_plural = _("janji melebihi kapasitas")
        constraints = (
            models.UniqueConstraint(
                fields=["msme", "product", "week"],
                condition=Q(resolved_at__isnull=True),
                name="msmes_conflict_once",
            ),
            models.CheckConstraint(condition=Q(reserved__gt=F("figure")), name="msmes_conflict_is_one"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("since")),
                name="msmes_conflict_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        # Without its pieces, for the same reason as a week.
        return f"{self.msme} · {self.product} {self.week}"


class CapacityReservation(models.Model):
    """How many pieces of one week are promised to one allocation of an order.

    ``allocation_id`` is a plain number because ``orders`` is above ``msmes``; ``label`` is what people call the order.
    Until ``sealed_until`` only the MSME itself may know of it, because it tells what a sealed answer said.
    Rows go when the promise goes: what was released is in the trail of the order.
    """

    week = models.ForeignKey(CapacityWeek, on_delete=models.PROTECT, related_name="reservations")
    allocation_id = models.BigIntegerField(db_index=True)
    label = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()
    sealed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("kapasitas yang dipesan")
        verbose_name_plural = _("kapasitas yang dipesan")
        constraints = (
            models.UniqueConstraint(fields=["week", "allocation_id"], name="msmes_reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="msmes_reservation_from_one"),
        )
        indexes = (
            # Few are sealed, and every page of staff takes them out of what is free.
            models.Index(
                fields=["sealed_until"],
                condition=Q(sealed_until__isnull=False),
                name="msmes_reservation_sealed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label}: {self.quantity}"
