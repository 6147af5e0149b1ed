"""What every photo of the catalogue has: a place in its row, words, and the sizes that a worker drew of it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.files.sizes import WIDTHS, drawn_size, fallback_name, size_name

HAS_SIZES = models.Q(format="") | models.Q(format__in=["avif", "webp"], width__gte=1, height__gte=1)
"""What is ready to be shown says how large it is, so that a page keeps its place."""


class Photo(models.Model):
    """One photo; the first in order leads.

    ``file`` is the one that we drew from what was sent: it is kept and never shown. What pages show are its sizes,
    which exist from the moment that ``format`` is set.
    """

    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("keterangan foto"), max_length=160)
    """What is on it, for those who do not see it."""
    file = models.CharField(max_length=120)
    format = models.CharField(max_length=4, blank=True, default="")
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)

    address = ""
    """The name of the page that shows it; with a width it leads to that size, without one to the JPEG."""

    _before: tuple[int, ...] = ()

    class Meta:
        abstract = True
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text

    @property
    def is_ready(self) -> bool:
        """Whether a worker has drawn its sizes."""
        return bool(self.format)

    @property
    def version(self) -> str:
        """What its addresses carry: another photo is another address, so browsers may keep each for good."""
        return self.file.rpartition("/")[2][:12]

    def show_at(self, address: str, *before: int) -> None:
        """Lead to another page that shows it, whose address names these keys before the photo's own."""
        self.address, self._before = address, before

    @property
    def fallback_url(self) -> str:
        """A JPEG of middle size, for browsers that know nothing newer and for pages that link here."""
        return f"{reverse(self.address, args=[*self._before, self.pk])}?v={self.version}"

    @property
    def srcset(self) -> str:
        """Every size with how wide it is; two sizes of a small photo may be equally wide, and then one is enough."""
        found = {self._drawn(width)[0]: self._url(width) for width in reversed(WIDTHS)}
        return ", ".join(f"{url} {width}w" for width, url in sorted(found.items()))

    @property
    def largest_url(self) -> str:
        return self._url(WIDTHS[-1])

    def file_of(self, width: int | None) -> str:
        """The name of a size in the storage; the JPEG without a width."""
        return fallback_name(self.file) if width is None else size_name(self.file, width, self.format)

    def _url(self, width: int) -> str:
        return f"{reverse(self.address, args=[*self._before, self.pk, width])}?v={self.version}"

    def _drawn(self, width: int) -> tuple[int, int]:
        return drawn_size((self.width, self.height), width)
