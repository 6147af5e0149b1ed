"""The expo edition, its pledges and channel sales, and the value ledger."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.web import subjects


class ExpoConfig(AppConfig):
    name = "expo"
    verbose_name = _("expo")

    def ready(self) -> None:
        """Tell those below, who cannot ask: value moves with an MSME to its new district, and a report always holds.

        It says what was so at one moment, and that does not change.
        """
        # Models are loaded only now, so these cannot be imported at the top.
        from django.db.models import Value

        from accounts.privacy import export, notice
        from accounts.session import switching
        from documents.models import Document, DocumentKind
        from documents.proving import standing
        from expo.figures import desk
        from expo.figures.applicants import waiting_applications
        from expo.ledger.ledger import move_to_district
        from expo.models import Edition, Pledge, Report, Snapshot
        from expo.personal import PARTS, REPORTS
        from msmes.register import districts
        from procurement.files import sweeping
        from procurement.templatetags import states

        def papers_and_workbooks(names: list[str]) -> set[str]:
            known = [sweeping.by_column(Document, "file"), sweeping.by_column(Report, "workbook")]
            return {name for one in known for name in one(names)}

        switching.register_rows("pledge_id", Pledge)
        switching.register_rows("snapshot_id", Snapshot)
        switching.register_rows("edition_id", Edition)
        notice.register(REPORTS)
        export.register(*PARTS)
        states.register("pledge", Pledge.Status)
        desk.register(waiting_applications)
        sweeping.register(DocumentKind.REPORT.value, papers_and_workbooks)
        districts.register(move_to_district)
        standing.register(
            DocumentKind.REPORT, subject="report", build=lambda: Value(standing.Standing.IN_FORCE.value)
        )
        subjects.register(
            "pledge", lambda key, actor: reverse("expo:pledge", args=[key]) if actor.kind == "expo" else ""
        )
