"""The edition itself: its dates, and its end. The only writer of these steps."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.editions.copying import copy_rules
from expo.editions.targets import Targets, check_targets, field_of, targets_of, write_targets
from expo.models import ChannelSale, Edition, EditionTarget, Organiser
from expo.permissions import may, require
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.input.planned import check_day, written
from procurement.rows.recording import Recorder, differences

LONGEST = timedelta(days=366)
"""From the first to the last day of an edition."""
_LONGEST_ADDRESS, _LONGEST_CITY = 500, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionInput:
    """What staff say of an edition; without ``targets`` they stay as they are."""

    number: int
    name: str
    venue: str
    starts_on: date
    ends_on: date
    targets: Targets | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeInput:
    """The organiser's office, as the letterhead of its papers prints it."""

    address: str = ""
    city: str = ""


def lacks_office(actor: Actor) -> bool:
    """Whether nobody has said yet where the actor's office is: true in every new installation."""
    office = Organiser.objects.filter(pk=actor.organisation_id).first()
    return office is None or not (office.address and office.city)


def open_edition(
    *,
    actor: Actor,
    edition: EditionInput,
    office: OfficeInput | None = None,
    like_edition_id: int | None = None,
) -> Edition:
    """Begin a new edition of the actor's organisation, and with the first one its office as organiser.

    ``like_edition_id`` is an earlier edition of the same organiser whose rules are copied
    (``expo/editions/copying.py``).
    """
    with transaction.atomic(durable=True):
        require(may("edition.open", actor))
        row = Edition(organiser=_office(actor, office or OfficeInput()))
        _check(edition, row)
        source = locked_edition(like_edition_id, actor) if like_edition_id else None
        _fill(row, edition)
        row.save()
        write_targets(row, edition.targets or {})
        if source is not None:
            copy_rules(row, source)
        recorder = Recorder(root=row, actor=actor)
        recorder.record(
            "edition.open",
            changes=differences({}, _said(row)),
            note=source.name if source is not None else "",
        )
        recorder.flush()
        return row


def change_edition(
    *,
    edition_id: int,
    actor: Actor,
    edition: EditionInput,
    office: OfficeInput | None = None,
    unchanged: Unchanged = anything,
) -> Edition:
    """Correct name, place or dates. A closed edition stays as it was told to the press."""
    with transaction.atomic(durable=True):
        row = locked_edition(edition_id, actor)
        require(may("edition.change", actor))
        require_open(row)
        unchanged()
        _check(edition, row)
        _office(actor, office or OfficeInput())
        before = _said(row)
        _fill(row, edition)
        if edition.targets is not None:
            write_targets(row, edition.targets)
        recorder = Recorder(root=row, actor=actor)
        if changes := differences(before, _said(row)):
            recorder.record("edition.change", changes=changes)
        recorder.flush()
        return row


def close_edition(*, edition_id: int, actor: Actor) -> Edition:
    """End an edition: it takes no new pledges, channel sales or orders; what runs goes on to its end."""
    with transaction.atomic(durable=True):
        row = locked_edition(edition_id, actor)
        require(may("edition.close", actor))
        require_open(row)
        recorder = Recorder(root=row, actor=actor)
        row.closed_at = recorder.now
        recorder.record("edition.close", from_state="open", to_state="closed")
        recorder.flush()
        return row


def _office(actor: Actor, said: OfficeInput) -> Organiser:
    """The organiser's own row, made with its first edition. Existing values are never overwritten."""
    office, _made = Organiser.objects.select_for_update(of=("self",)).get_or_create(pk=actor.organisation_id)
    missing = {
        name: text[:longest]
        for name, text, longest in (
            ("address", kept(said.address, field="address"), _LONGEST_ADDRESS),
            ("city", kept(said.city, field="city"), _LONGEST_CITY),
        )
        if text and not getattr(office, name)
    }
    for name, text in missing.items():
        setattr(office, name, text)
    if missing:
        office.save(update_fields=list(missing))
    return office


def locked_edition(edition_id: int, actor: Actor) -> Edition:
    """The organiser's edition, for its verbs. Raises :class:`NotFound` for others."""
    row = (
        Edition.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=edition_id).first()
        if actor.kind == "expo"
        else None
    )
    if row is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    return row


def require_open(row: Edition) -> None:
    """Raise :class:`WrongState` once the edition is closed."""
    if row.closed_at:
        raise WrongState(_("Penyelenggaraan ini sudah ditutup dan tidak dapat diubah lagi."))


def _check(edition: EditionInput, row: Edition) -> None:
    if not edition.name.strip():
        raise InvalidInput(_("Isilah nama penyelenggaraan."), field="name")
    if not edition.venue.strip():
        raise InvalidInput(_("Isilah tempat penyelenggaraan."), field="venue")
    if edition.ends_on < edition.starts_on:
        raise InvalidInput(_("Tanggal selesai tidak boleh mendahului tanggal mulai."), field="ends_on")
    check_day(edition.starts_on, what=_("Tanggal mulai"), field="starts_on")
    check_day(edition.ends_on, what=_("Tanggal selesai"), field="ends_on", last=edition.starts_on + LONGEST)
    if row.pk:
        _check_sales(edition, row)
    if not 1 <= edition.number <= 999:
        raise InvalidInput(_("Nomor penyelenggaraan harus dari 1 sampai 999."), field="number")
    same = Edition.objects.filter(organiser_id=row.organiser_id, number=edition.number)
    if (same.exclude(pk=row.pk) if row.pk else same).exists():
        raise InvalidInput(_("Nomor penyelenggaraan itu sudah dipakai. Pilih nomor lain."), field="number")
    check_targets(edition.targets or {})


def _check_sales(edition: EditionInput, row: Edition) -> None:
    """The days on which something was sold stay within the edition."""
    days = ChannelSale.objects.filter(edition=row).aggregate(first=Min("day"), last=Max("day"))
    for day, field, is_outside in (
        (days["first"], "starts_on", days["first"] is not None and days["first"] < edition.starts_on),
        (days["last"], "ends_on", days["last"] is not None and days["last"] > edition.ends_on),
    ):
        if is_outside:
            raise InvalidInput(
                _("Ada penjualan kanal tertanggal %(day)s. Masa penyelenggaraan harus mencakup hari itu.")
                % {"day": written(day)},
                field=field,
            )


def _fill(row: Edition, edition: EditionInput) -> None:
    row.number, row.name, row.venue = (
        edition.number,
        kept(edition.name, field="name")[:120],
        kept(edition.venue, field="venue")[:160],
    )
    row.starts_on, row.ends_on = edition.starts_on, edition.ends_on


def _said(row: Edition) -> dict[str, object]:
    said = {name: getattr(row, name) for name in ("number", "name", "venue", "starts_on", "ends_on")}
    wanted = targets_of(row)
    return said | {field_of(channel): wanted.get(channel) for channel in EditionTarget.TargetChannel.values}
