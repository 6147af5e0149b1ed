"""What photos of offers and of products have in common: their order, their words, and the drawing of their sizes."""

from collections.abc import Sequence
from typing import TypeVar

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from msmes.models import OfferPhoto, ProductPhoto
from msmes.models.photos import Photo
from procurement.errors import InvalidInput, WrongState
from procurement.files import sizes, storing
from procurement.input.letters import kept
from procurement.rows.bulk import save_rows
from procurement.work import outbox

MOST = 6
LARGEST_BYTES = 10 * 1024 * 1024
"""A telephone's photo as it comes; what is kept is a tenth of it."""

KINDS: dict[str, type[OfferPhoto] | type[ProductPhoto]] = {"offer": OfferPhoto, "product": ProductPhoto}

AnyPhoto = TypeVar("AnyPhoto", OfferPhoto, ProductPhoto)


def checked_text(text: str) -> str:
    """What is on the photo, in words. Raises :class:`InvalidInput` on ``text`` when nothing is said."""
    text = kept(text, field="text")[:160]
    if not text:
        raise InvalidInput(_("Tulislah apa yang terlihat pada foto."), field="text")
    return text


def require_room(rows: Sequence[Photo]) -> None:
    """Raises :class:`WrongState` when one more photo is one too many."""
    if len(rows) >= MOST:
        raise WrongState(_("Paling banyak %(most)d foto. Hapus satu lebih dahulu.") % {"most": MOST})


def moved(rows: Sequence[AnyPhoto], photo_id: int, place: int) -> list[AnyPhoto]:
    """The rows with one of them at another place, the first being 0; the others keep their order."""
    one = next(row for row in rows if row.pk == photo_id)
    others: list[AnyPhoto] = [row for row in rows if row.pk != photo_id]
    others.insert(max(place, 0), one)
    return others


def put_in_order(rows: Sequence[AnyPhoto]) -> None:
    """Write down the order in which they stand."""
    for place, row in enumerate(rows):
        row.position = place
    save_rows(rows, ["position"])


def suggestions(name: str) -> list[str]:
    """What a photo of something probably shows, to begin from."""
    said = {"name": name}
    return [
        name,
        _("%(name)s dari dekat: bahan dan pengerjaannya") % said,
        _("Kemasan %(name)s") % said,
        _("%(name)s sedang dibuat") % said,
    ]


def ask_to_draw(kind: str, photo_id: int) -> None:
    """Leave the sizes to a worker; call it in the transaction that makes the row."""
    payload = {"kind": kind, "photo_id": photo_id}
    outbox.write([outbox.message("msmes.draw_photo", key=f"photo:{kind}:{photo_id}", payload=payload)])


def draw(*, kind: str, photo_id: int) -> bool:
    """Draw the sizes of a photo; False when that was done already, or the photo is gone.

    Tried again it writes the same files: what a worker that was killed left half-written is replaced.
    """
    model = KINDS[kind]
    row = model.objects.filter(pk=photo_id, format="").first()
    if row is None:
        return False
    storage = storages["documents"]
    written = sizes.format_written()
    size, files = sizes.drawn(storing.read(storage, row.file), row.file, written)
    for name, content in files.items():
        storing.replace(storage, name, content)
    done = model.objects.filter(pk=photo_id, format="", file=row.file)
    return bool(done.update(format=written, width=size[0], height=size[1]))


def known_files(model: type[OfferPhoto] | type[ProductPhoto], names: list[str]) -> list[str]:
    """Those that belong to a photo: the one that was drawn from what was sent, and its sizes."""
    originals = {name: sizes.original_of(name) for name in names}
    there = set(model.objects.filter(file__in=set(originals.values())).values_list("file", flat=True))
    return [name for name, original in originals.items() if original in there]
