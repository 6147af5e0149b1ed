"""What orders and the checks of their ledger forget, for the nightly duty of ``procurement.work.retention``."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from expo.models import ReconcileRun
from orders.models import AnswerLink, SplitPlan, SplitProposal
from orders.workflow import OrderStatus
from procurement.work.retention import RetainedKind


def _links_of_ended_orders(before: datetime) -> QuerySet[AnswerLink]:
    """Not those of a lost order: it may be opened again, and its rounds go on counting from their links."""
    return AnswerLink.objects.filter(
        order__status__in=(OrderStatus.CLOSED, OrderStatus.CANCELLED), order__status_since__lt=before
    )


def _proposals_of_ended_orders(before: datetime) -> QuerySet[SplitProposal]:
    """Not of a lost order, which may be opened again; nor the one whose plan was followed: it says why so."""
    followed = SplitPlan.objects.filter(proposal=OuterRef("pk"), followed_at__isnull=False)
    return SplitProposal.objects.filter(
        ~Exists(followed),
        order__status__in=(OrderStatus.CLOSED, OrderStatus.CANCELLED),
        order__status_since__lt=before,
    )


def _over_runs(before: datetime) -> QuerySet[ReconcileRun]:
    """Not the one that is under way, nor the last of all, which the dashboard shows."""
    last = ReconcileRun.objects.filter(phase="").order_by("-at", "-pk").values_list("pk", flat=True)[:1]
    return ReconcileRun.objects.filter(phase="", at__lt=before).exclude(pk__in=list(last))


SPLIT_PROPOSALS = RetainedKind(
    name="split-proposals",
    label=gettext_lazy("Usulan pembagian pesanan yang selesai"),
    setting="KEEP_SPLIT_PROPOSALS_DAYS",
    old=_proposals_of_ended_orders,
    by_business_clock=True,
)
RECONCILE_RUNS = RetainedKind(
    name="reconcile-runs",
    label=gettext_lazy("Pemeriksaan buku nilai yang lama"),
    setting="KEEP_RECONCILE_RUNS_DAYS",
    old=_over_runs,
    by_business_clock=True,
)
ANSWER_LINKS = RetainedKind(
    name="answer-links",
    label=gettext_lazy("Tautan jawaban pesanan yang selesai"),
    setting="KEEP_ANSWER_LINKS_DAYS",
    old=_links_of_ended_orders,
    by_business_clock=True,
)
