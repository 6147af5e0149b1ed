"""Imports: a sheet is checked, waits for review, is confirmed or discarded, and the worker writes it as a whole."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from accounts.acting import Actor
from buyers.models import Institution, Unit
from buyers.register.views import sheet as institutions
from expo.channels.views import sheet as sales
from msmes.models import District, Msme, Product
from msmes.register.views import sheet as makers
from orders.models import Order
from orders.requesting.views import sheet as lines
from orders.workflow import ENDED
from procurement import clock
from procurement.models import Job
from procurement.spreadsheets import work
from procurement.spreadsheets.work import ProblemsFound
from tests.spreadsheets.sheets import INSTITUTION_HEAD, LINE_HEAD, MSME_HEAD, csv_file
from tests.walk.buyers import MOST_LIVE
from tests.walk.registers import Registers

SALE_HEAD = ["Tanggal", "Kanal", "Kode UMKM", "Nilai", "Sumber"]

IMPORTS = {pages.kind: pages for pages in (lines.PAGES, makers.PAGES, institutions.PAGES, sales.PAGES)}
"""Every import of the house by the kind of its job, which is the topic of its work as well."""


class Sheets(Registers):
    """Every import of the house, by its resource."""

    def _upload(
        self,
        kind: str,
        actor: Actor,
        head: Sequence[str],
        rows: Sequence[Sequence[Any]],
        parameters: dict[str, Any] | None = None,
    ) -> None:
        def upload() -> None:
            said, content = parameters or {}, csv_file(head, rows)
            resource = IMPORTS[kind].build(actor, said, False)
            checked = resource.run_check(work.read_for(resource, "lembar.csv", content))
            if checked.problem_count:
                raise ProblemsFound(checked)
            work.keep_for_review(
                actor=actor,
                kind=kind,
                title="Lembar",
                review_name=IMPORTS[kind].review_name,
                name="lembar.csv",
                content=content,
                checked=checked,
                parameters=said,
            )

        self.give(f"upload:{kind}", upload)

    def upload_lines(self) -> None:
        """Into a draft, some lines changed and some new; or a new draft with every field of its heading."""
        order = self.order("draft")
        if order is not None and order.status != "draft":
            order = None
        day = clock.today() + timedelta(days=60)
        products = list(Product.objects.order_by("pk").values_list("code", flat=True))
        rows = [
            [self.dice.choice(products), "", self.dice.choice([1, 40, 300]), "", "", day.isoformat(), "Gudang kedua"],
            ["", "Bingkai kayu", 5, "buah", 7_000, day.isoformat(), "Gudang kedua"],
        ]  # fmt: skip
        parameters: dict[str, Any]
        if order is not None:
            actor, parameters = self.buyer(order, "requester"), {"order_id": order.pk}
        elif Order.objects.exclude(status__in=[*ENDED, "delivered"]).count() < MOST_LIVE:
            institution = self.of_whom()
            is_first = institution == self.world.institution
            actor = self.actor("requester" if is_first else "other_requester")
            parameters = {"heading": asdict(self.heading_of(institution))}
        else:
            return

        self._upload("orders.import", actor, [*LINE_HEAD, "Lokasi penyerahan"], rows, parameters)

    def upload_msmes(self) -> None:
        """Known MSMEs in other districts and at other prices, and now and then a new one."""
        rows = []
        for row in Msme.objects.select_related("organisation").order_by("pk")[:2]:
            district = self.dice.choice(list(District.objects.order_by("pk")))
            rows.append(
                [
                    row.organisation.code,
                    row.organisation.name,
                    district.name,
                    row.owner_name,
                    row.address,
                    row.phone,
                    "BTK-01",
                    self.dice.choice([80_000, 95_000]),
                    1,
                ]
            )
        actor = self.actor("coordinator")
        self._upload("msmes.import", actor, MSME_HEAD, rows)

    def upload_institutions(self) -> None:
        row = self.of_whom()
        unit = self.dice.choice(list(Unit.objects.filter(institution=row).order_by("pk")))
        kinds = {Institution.Kind.CENTRAL_BANK_BRANCH.value: "kantor perwakilan bank sentral"}
        line = [
            row.organisation.code, row.organisation.name, kinds.get(row.kind, "pemerintah provinsi"), "Jalan Baru 8",
            row.city, row.province, unit.code, self.dice.choice([unit.name, "Satuan Kerja Lain"]),
        ]  # fmt: skip
        actor = self.actor("coordinator")
        self._upload("buyers.import", actor, INSTITUTION_HEAD, [line])

    def upload_sales(self) -> None:
        edition, actor = self.edition(), self.actor("coordinator")
        amount = self.dice.choice([1_500_000, 2_000_000])
        rows = [[edition.starts_on.isoformat(), "langsung", "CTH-0", amount, "Rekap kasir"]]
        self._upload("expo.import_sales", actor, SALE_HEAD, rows, {"edition_id": edition.pk})

    def confirm_upload(self) -> None:
        """Whoever uploaded a sheet confirms it; the outbox then has the work."""
        if (job := self._waiting()) is not None:
            actor = self._uploader(job)
            self.give(f"confirm:{job.kind}", lambda: work.confirm(actor=actor, job=job))

    def discard_upload(self) -> None:
        if (job := self._waiting()) is not None:
            actor = self._uploader(job)
            self.give("discard upload", lambda: work.discard(actor=actor, job=job))

    def _waiting(self) -> Job | None:
        rows = list(Job.objects.filter(kind__in=IMPORTS).order_by("pk"))
        suited = [row for row in rows if row.status == Job.Status.REVIEW]
        rows = suited if suited and self.dice.random() < 0.95 else rows
        return self.dice.choice(rows) if rows else None

    def _uploader(self, job: Job) -> Actor:
        for role in ("coordinator", "requester", "other_requester"):
            if self.world.people[role].pk == job.user_id:
                return self.actor(role)
        raise AssertionError(f"nobody of this world uploaded {job}")
