"""What buyers, and everybody, read in the catalogue of an edition. The only writer of these settings."""

from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.acting import Actor
from expo.editions.editions import locked_edition, require_open
from expo.models import Edition
from expo.permissions import may, require
from procurement.input.opened import Unchanged, anything
from procurement.rows.recording import Recorder, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueInput:
    """``shows_makers``: names before a quote. ``is_public``: without sign-in; prices there only if so chosen."""

    shows_makers: bool
    is_public: bool
    has_public_prices: bool


def set_catalogue(
    *, edition_id: int, catalogue: CatalogueInput, actor: Actor, unchanged: Unchanged = anything
) -> Edition:
    """Say what is read in the catalogue. Prices for everybody need a catalogue for everybody, so they go with it."""
    with transaction.atomic(durable=True):
        row = locked_edition(edition_id, actor)
        require(may("edition.change", actor))
        require_open(row)
        unchanged()
        said = asdict(catalogue)
        said["has_public_prices"] = catalogue.is_public and catalogue.has_public_prices
        changes = differences({name: getattr(row, name) for name in said}, said)
        if not changes:
            return row
        for name in changes:
            setattr(row, name, said[name])
        recorder = Recorder(root=row, actor=actor)
        recorder.record("edition.catalogue", changes=changes)
        recorder.flush()
        return row
