"""MSMEs that want to join, and the photos that they send of what they make."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.joining.application import Application
from accounts.models import Organisation
from procurement.errors import InvalidInput

MOST_PHOTOS = 3


class MsmeApplication(Application):
    """A small producer that wants to be asked; the owner proves a phone."""

    kind = Organisation.Kind.MSME.value
    space = "msmes"
    is_reached_by_mail = False
    told = "msme applied"

    nib = models.CharField("NIB", max_length=13, blank=True)
    district_name = models.CharField(_("kabupaten/kota"), max_length=120, blank=True)
    makes = models.TextField(_("yang dibuat"), blank=True)

    class Meta(Application.Meta):
        verbose_name = _("pendaftaran UMKM")
        verbose_name_plural = _("pendaftaran UMKM")

    def kept_files(self) -> set[str]:
        return {f"photo_{photo.position}" for photo in self.photos.all()} if self.pk else set()

    def check_whole(self) -> None:
        if not self.photos.exists():
            raise InvalidInput(
                gettext("Lampirkan paling sedikit satu foto barang yang Anda buat."), field="photo_1"
            )


class ApplicationPhoto(models.Model):
    """One of up to three pictures, as we drew it again; ``file`` is its name in the documents' storage."""

    application = models.ForeignKey(MsmeApplication, on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(_("urutan"))
    file = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("foto pendaftaran")
        verbose_name_plural = _("foto pendaftaran")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["application", "position"], name="msmes_application_photo_once"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=MOST_PHOTOS),
                name="msmes_application_photo_of_three",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.position}"
