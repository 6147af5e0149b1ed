"""Institutions and their units from a sheet: many rows of the register written as one act, or none of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.acting import Actor
from accounts.members import require_second_person
from accounts.models import Organisation
from accounts.organisers import register_for
from buyers.models import Institution, Unit
from buyers.permissions import may, require
from procurement import clock
from procurement.rows.bulk import save_rows
from procurement.rows.recording import Recorder, differences, flush_all

INSTITUTION_FIELDS = (
    "kind",
    "address",
    "city",
    "province",
    "npwp",
    "phone",
    "email",
    "parent_name",
    "legal_basis",
)
UNIT_FIELDS = ("name", "is_active")


@dataclass(slots=True)
class InstitutionLine:
    """One line of the sheet: an institution, and one of its units (or none)."""

    institution: Institution
    organisation: Organisation
    unit: Unit | None = None


@dataclass(slots=True)
class InstitutionSheet:
    """The rows that a sheet speaks of, and what they said before it."""

    before: dict[int, dict[str, Any]] = field(default_factory=dict)

    def remember(self, row: Institution | Unit) -> None:
        self.before[id(row)] = self.said(row)

    def said(self, row: Institution | Unit) -> dict[str, Any]:
        """What is compared and recorded."""
        if isinstance(row, Unit):
            return {"code": row.code} | {name: getattr(row, name) for name in UNIT_FIELDS}
        return {"name": row.organisation.name} | {name: getattr(row, name) for name in INSTITUTION_FIELDS}

    def is_changed(self, row: Institution | Unit) -> bool:
        return self.before.get(id(row)) != self.said(row)

    def changes(self, row: Institution | Unit) -> dict[str, list[Any]]:
        return differences(self.before.get(id(row), {}), self.said(row))


def save_lines(*, lines: Sequence[InstitutionLine], register: InstitutionSheet, actor: Actor) -> None:
    """Write new and changed institutions and units with their events.

    The caller holds the transaction and the locks; see ``msmes.register.importing.save_lines``.
    """
    for act in ("institution.register", "institution.change", "institution.unit"):
        require(may(act, actor))
    rows = list({id(line.institution): line.institution for line in lines}.values())
    new = {id(row) for row in rows if row._state.adding}
    _save_organisations(rows, actor)
    units: dict[int, list[Unit]] = {}
    for line in lines:
        if line.unit is not None and register.changes(line.unit):
            units.setdefault(id(line.institution), []).append(line.unit)
    _save_units([unit for some in units.values() for unit in some])
    recorders = []
    for row in rows:
        recorder = Recorder(root=row, actor=actor)
        if changes := register.changes(row):
            if id(row) not in new and "npwp" in changes:
                require_second_person(row.pk, actor)
            verb = "institution.register" if id(row) in new else "institution.change"
            recorder.record(verb, changes=changes)
        for unit in units.get(id(row), ()):
            recorder.record("institution.unit", subject=unit, note=unit.name, changes=register.changes(unit))
        if recorder.events:
            recorders.append(recorder)
    flush_all(recorders)


def _save_organisations(rows: Sequence[Institution], actor: Actor) -> None:
    made = [row for row in rows if row._state.adding]
    save_rows([row.organisation for row in rows if not row._state.adding], ["name"])
    Organisation.objects.bulk_create(row.organisation for row in made)
    register_for([row.organisation for row in made], actor=actor, at=clock.now())
    for row in made:
        row.organisation = row.organisation  # takes over the key that the organisation has got


def _save_units(units: Sequence[Unit]) -> None:
    made = [row for row in units if row._state.adding]
    save_rows([row for row in units if not row._state.adding], UNIT_FIELDS)
    for row in made:
        row.institution = row.institution
    Unit.objects.bulk_create(made)
