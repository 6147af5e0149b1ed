"""The answer that is a photo: one of the sizes that a worker drew, never the file that they were drawn from."""

from django.core.files.storage import storages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from msmes.models.photos import Photo
from procurement.errors import NotFound
from procurement.files import sizes, storing
from procurement.web.lasting import keep_for_good
from procurement.web.request import Request


def answer_with(photo: Photo | None, width: int | None, request: Request) -> HttpResponseBase:
    """A size of a photo, or the JPEG without a width. Raises :class:`NotFound` until it is drawn."""
    if photo is None or (width is not None and width not in sizes.WIDTHS):
        raise NotFound(_("Foto itu tidak ada."))
    if not photo.is_ready:
        raise NotFound(_("Foto itu sedang disiapkan. Muat ulang sebentar lagi."))
    name = photo.file_of(width)
    try:
        picture = storing.open_file(storages["documents"], name)
    except FileNotFoundError as error:
        raise NotFound(_("Foto itu sudah tidak tersimpan.")) from error
    except storing.StorageAway as away:
        raise storing.not_now() from away
    ending = name.rpartition(".")[2]
    answer = FileResponse(
        picture, content_type=sizes.MEDIA_TYPES[ending], filename=f"foto-{photo.pk}.{ending}"
    )
    return keep_for_good(answer) if request.GET.get("v") == photo.version else answer
