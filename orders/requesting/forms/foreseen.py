"""“Can it be made by then?” for a line that is being written: whatever else of it is still empty or wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.models import Edition
from msmes.available.available import Availability, available_by
from orders.requesting.forms.drafting import DraftChoices, LineForm, TypedRow, line_forms
from procurement.errors import Refused


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The answer to one line, or the sentence that says what is missing."""

    index: int
    said: Availability | None = None
    sentence: str = ""


def foresee(
    rows: Sequence[TypedRow], index: int, *, choices: DraftChoices, edition: str, actor: Actor
) -> Foreseen | None:
    """Count for the line at ``index`` as it was typed, of the organiser of the edition; None without such a line."""
    if index >= len(rows):
        return None
    line = line_forms(rows, choices, check=True)[index]
    if sentence := _missing(line):
        return Foreseen(index, sentence=sentence)
    said = line.cleaned_data
    organiser = None
    if edition in map(str, choices.editions.keys):
        organiser = Edition.objects.values_list("organiser_id", flat=True).get(pk=edition)
    try:
        answer = available_by(
            product_id=said["product"],
            quantity=said["quantity"],
            wanted_on=said["needed_by"],
            organiser_id=organiser,
            actor=actor,
        )
    except Refused as refusal:
        return Foreseen(index, sentence=refusal.sentence)
    return Foreseen(index, answer)


def _missing(line: LineForm) -> str:
    """What must be written before anything can be counted; empty when nothing is missing."""
    line.is_valid()
    if not line.cleaned_data.get("product"):
        return _("Hanya produk katalog yang dapat dihitung. Pilih produknya, lalu isi jumlah dan tanggal.")
    for name in ("quantity", "needed_by"):
        for sentence in line.errors.get(name, ()):
            return f"{line.fields[name].label}: {sentence}"
    return ""
