"""What applicants type, and what coordinators type about them. The apps add the fields of their kind."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.deciding import LONGEST
from accounts.models import Organisation
from procurement.input.typed import TypedText


class BeginningForm(forms.Form):
    """The first screen: enough to prove an address. Corrected later it asks neither for whom nor for consent."""

    organiser = forms.ChoiceField(
        label=gettext_lazy("Penyelenggara expo"),
        help_text=gettext_lazy("Kepada siapa Anda mendaftar."),
        error_messages={"required": gettext_lazy("Pilih penyelenggara dari daftar.")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Saya menyetujui data ini disimpan dan diperiksa penyelenggara expo"),
        error_messages={
            "required": gettext_lazy("Tanpa persetujuan ini kami tidak boleh menyimpan data Anda.")
        },
    )
    shown_alone: ClassVar[tuple[str, ...]] = ("organiser", "consent")

    def __init__(
        self,
        *args: Any,
        organisers: Sequence[Organisation] = (),
        row: Application | None = None,
        **kwargs: Any,
    ) -> None:
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name, "") for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.organisers = organisers
        chosen: Any = self.fields["organiser"]
        chosen.choices = [("", "…"), *((str(one.pk), one.name) for one in organisers)]
        if row is not None or len(organisers) < 2:
            del self.fields["organiser"]
        if row is not None:
            del self.fields["consent"]
            if row.status != ApplicationStatus.UNPROVED:
                self.fields["email" if row.is_reached_by_mail else "phone"].disabled = True

    def organiser_id(self) -> int:
        """The chosen one, or the only one."""
        if "organiser" in self.cleaned_data:
            return int(self.cleaned_data["organiser"])
        return self.organisers[0].pk if self.organisers else 0

    def values(self) -> dict[str, Any]:
        """What is kept of it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.shown_alone}


class CodeForm(forms.Form):
    """The code that proves an address."""

    code = TypedText(
        label=gettext_lazy("Kode enam angka"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Masukkan kode enam angka yang kami kirim.")},
    )


class DetailsForm(forms.Form):
    """Everything else. Asked back, the applicant also corrects the first screen and answers."""

    begun: ClassVar[tuple[str, ...]] = ("name",)
    """Fields of the first screen, shown only when all is corrected."""
    uploads: ClassVar[tuple[str, ...]] = ()

    answer = TypedText(
        label=gettext_lazy("Jawaban Anda"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Jawablah pertanyaan koordinator.")},
    )

    def __init__(self, *args: Any, row: Application, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(row, name, "") for name in self.base_fields if name not in self.uploads
        }
        super().__init__(*args, **kwargs)
        if row.status != ApplicationStatus.ASKED:
            for name in ("answer", *self.begun):
                self.fields.pop(name, None)
        self.show_kept(row.kept_files())

    def show_kept(self, kept: Iterable[str]) -> None:
        """Say of files that are here already that they need not be sent again."""
        for name in kept:
            self[name].help_text = _("✓ Sudah tersimpan. Pilih berkas hanya bila ingin menggantinya.")

    def values(self) -> dict[str, Any]:
        """What is kept of it; files are kept by themselves."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "answer" and name not in self.uploads
        }


class AskApplicantForm(forms.Form):
    """What a coordinator wants to know."""

    question = TypedText(
        label=gettext_lazy("Pertanyaan"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Pendaftar membacanya dan dapat memperbaiki isiannya."),
    )


class RefuseForm(forms.Form):
    """Why an application is refused."""

    reason = TypedText(
        label=gettext_lazy("Alasan"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Dikirim kepada pendaftar, kata demi kata."),
    )


class JoiningForm(forms.Form):
    """Which public pages an organiser opens."""

    takes_institutions = forms.BooleanField(
        label=gettext_lazy("Instansi dapat mendaftar sendiri"), required=False
    )
    takes_msmes = forms.BooleanField(label=gettext_lazy("UMKM dapat mendaftar sendiri"), required=False)


NEW = "new"


class AcceptForm(forms.Form):
    """As what an application is accepted: something new, or one of those that are known."""

    conditional: ClassVar[tuple[str, ...]] = ("code",)

    become = forms.ChoiceField(label=gettext_lazy("Terima sebagai"), widget=forms.RadioSelect, initial=NEW)
    code = TypedText(
        label=gettext_lazy("Kode"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Singkat dan huruf besar; tampil pada nomor dokumennya."),
    )

    def __init__(self, *args: Any, known: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        become: Any = self.fields["become"]
        become.choices = [
            (NEW, _("yang baru")),
            *((str(key), _("yang sudah terdaftar: %(name)s") % {"name": name}) for key, name in known),
        ]

    def organisation_id(self) -> int | None:
        """The one that exists; None for a new one."""
        chosen = self.cleaned_data["become"]
        return None if chosen == NEW else int(chosen)
