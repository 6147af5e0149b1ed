"""MSMEs and their offers from a sheet: many rows of the register written as one act, or none of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.acting import Actor
from accounts.models import Organisation
from accounts.organisers import register_for
from msmes.banking.account import FIELDS as OF_ACCOUNT
from msmes.banking.account import Account
from msmes.banking.changes import hold_changes
from msmes.models import District, Msme, Offer, Product
from msmes.permissions import may, require
from msmes.register import districts
from msmes.register.registry import tell_about_phone
from msmes.validity import bare_phone
from procurement import clock
from procurement.rows.bulk import save_rows
from procurement.rows.recording import Recorder, differences, flush_all

MSME_FIELDS = (
    "size", "district", "owner_name", "address", "phone", "nib", "npwp", "is_taxable",
    "bank_name", "bank_account", "bank_holder",
)  # fmt: skip
OFFER_FIELDS = ("price", "minimum", "lead_time_days", "is_active")


@dataclass(slots=True)
class MsmeLine:
    """One line of the sheet: an MSME, and one product that it offers (or none)."""

    msme: Msme
    organisation: Organisation
    product: Product | None = None
    offer: Offer | None = None


@dataclass(slots=True)
class MsmeSheet:
    """The rows that a sheet speaks of, and what they said before it."""

    before: dict[int, dict[str, Any]] = field(default_factory=dict)

    def remember(self, row: Msme | Offer) -> None:
        self.before[id(row)] = self.said(row)

    def said(self, row: Msme | Offer) -> dict[str, Any]:
        """What is compared and recorded; names instead of keys, because people read it."""
        if isinstance(row, Offer):
            return {name: getattr(row, name) for name in OFFER_FIELDS}
        said = {name: getattr(row, name) for name in MSME_FIELDS if name != "district"}
        return {
            "name": row.organisation.name,
            "district": str(_district_of(row) or ""),
        } | said

    def is_changed(self, row: Msme | Offer) -> bool:
        return bool(self.changes(row))

    def changes(self, row: Msme | Offer) -> dict[str, list[Any]]:
        return differences(self.before.get(id(row), {}), self.said(row), normal={"phone": bare_phone})


def save_lines(*, lines: Sequence[MsmeLine], register: MsmeSheet, actor: Actor) -> None:
    """Write new and changed MSMEs and offers with their events.

    The caller holds the transaction and the locks. The number of queries does not depend on the number of lines but
    for the portions in which a database takes long INSERTs.
    """
    for act in ("msme.register", "msme.change", "offer.set"):
        require(may(act, actor))
    msmes = _unique(line.msme for line in lines)
    new = {id(row) for row in msmes if row._state.adding}
    _save_districts(msmes)
    _save_organisations(msmes, actor)
    offers: dict[int, list[Offer]] = {}
    for line in lines:
        if line.offer is not None:
            offers.setdefault(id(line.msme), []).append(line.offer)
    verbs = {id(row): _offer_verb(row, register) for rows in offers.values() for row in rows}
    _save_offers([row for rows in offers.values() for row in rows if verbs[id(row)]])
    changed = {id(msme): register.changes(msme) for msme in msmes}
    by_key = {msme.pk: Recorder(root=msme, actor=actor) for msme in msmes if id(msme) not in new}
    _hold_accounts([msme for msme in msmes if id(msme) not in new], changed, by_key, register, actor)
    recorders = []
    for msme in msmes:
        recorder = by_key.get(msme.pk) or Recorder(root=msme, actor=actor)
        if changes := changed[id(msme)]:
            verb = "msme.register" if id(msme) in new else "msme.change"
            recorder.record(verb, party_id=msme.pk, changes=changes)
            if id(msme) not in new:
                tell_about_phone(recorder, msme, changes, actor)
        for offer in offers.get(id(msme), ()):
            if verb := verbs[id(offer)]:
                said = {"product": offer.product.name, **register.changes(offer)}
                recorder.record(verb, subject=offer, party_id=msme.pk, changes=said)
        if recorder.events:
            recorders.append(recorder)
    flush_all(recorders)
    moved = [row for row in msmes if id(row) not in new and "district" in register.changes(row)]
    if moved:
        districts.announce(moved, actor=actor, at=clock.now())


def _hold_accounts(
    msmes: Sequence[Msme],
    changed: dict[int, dict[str, list[Any]]],
    recorders: dict[int, Recorder],
    register: MsmeSheet,
    actor: Actor,
) -> None:
    """Other accounts of known MSMEs hold before they apply: the rows keep what they had."""
    wanted, phones = [], {}
    for msme in msmes:
        changes = changed[id(msme)]
        if not changes.keys() & set(OF_ACCOUNT):
            continue
        before = register.before[id(msme)]
        wanted.append((msme, Account(**{name: getattr(msme, name) for name in OF_ACCOUNT})))
        phones[msme.pk] = str(before["phone"])
        for name in OF_ACCOUNT:
            setattr(msme, name, before[name])
            changes.pop(name, None)
    hold_changes(wanted, recorders, actor=actor, phones=phones)


def _unique(rows: Iterable[Msme]) -> list[Msme]:
    return list({id(row): row for row in rows}.values())


def _district_of(row: Msme) -> District | None:
    """Its district, which may be one that is only made with the sheet."""
    return row.district if row.district_id else row._state.fields_cache.get("district")


def _save_districts(msmes: Sequence[Msme]) -> None:
    """Make the districts that the sheet is the first to name; one that was made meanwhile is taken."""
    found: list[tuple[Msme, District]] = []
    for row in msmes:
        district = _district_of(row)
        if district is not None and district._state.adding:
            found.append((row, district))
    if not found:
        return
    made = {district.name: district for _row, district in found}
    District.objects.bulk_create(made.values(), ignore_conflicts=True)
    places = [district.regency_id for district in made.values()]
    there = District.objects.filter(Q(name__in=made) | Q(regency__in=places))
    known: dict[str | None, District] = {name: row for row in there for name in (row.name, row.regency_id)}
    for row, district in found:
        row.district = known.get(district.regency_id) or known[district.name]


def _save_organisations(msmes: Sequence[Msme], actor: Actor) -> None:
    made = [row for row in msmes if row._state.adding]
    save_rows([row.organisation for row in msmes if not row._state.adding], ["name"])
    Organisation.objects.bulk_create(row.organisation for row in made)
    register_for([row.organisation for row in made], actor=actor, at=clock.now())
    for row in made:
        row.organisation = row.organisation  # takes over the key that the organisation has got


def _save_offers(offers: Sequence[Offer]) -> None:
    made = [row for row in offers if row._state.adding]
    save_rows([row for row in offers if not row._state.adding], OFFER_FIELDS)
    for row in made:
        row.msme = row.msme
    Offer.objects.bulk_create(made)


def _offer_verb(offer: Offer, register: MsmeSheet) -> str:
    """The same words as those of ``msmes.catalogue.offers``; empty when nothing changes."""
    if offer._state.adding:
        return "offer.add"
    changes = register.changes(offer)
    if "is_active" in changes:
        return "offer.resume" if offer.is_active else "offer.stop"
    return "offer.change" if changes else ""
