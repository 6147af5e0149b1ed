"""The pages of an import: upload with its errors, review, confirmation. Apps add permission and address."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from procurement.errors import InvalidInput, NotFound
from procurement.input.forms import put, run_verb
from procurement.language.said import composed, source
from procurement.models import Job
from procurement.spreadsheets import work
from procurement.spreadsheets.guard import MAX_BYTES
from procurement.spreadsheets.resource import Checked, SheetResource
from procurement.spreadsheets.templates import export_response, template_response

if TYPE_CHECKING:
    from accounts.acting import Actor

SHEET_KINDS = ("xlsx", "csv")


class SheetForm(forms.Form):
    """One file. What it holds is judged by the guard, not by its name or its declared type."""

    file = forms.FileField(
        label=gettext_lazy("Berkas XLSX atau CSV"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,
        max_length=255,
        help_text=gettext_lazy("Paling banyak 10.000 baris dan 5 MB."),
        error_messages={"required": gettext_lazy("Pilih berkas yang akan diimpor.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("Berkas ini lebih besar dari %(most)d MB. Bagilah menjadi beberapa berkas.")
                % {"most": MAX_BYTES // 1024 // 1024}
            )
        return file


_LONGEST_FILE_NAME = 60
"""Of the title of a job, which has to hold what it is in every language."""


@dataclass(frozen=True, slots=True)
class ImportPages:
    """One import as pages. ``kind`` is the job's kind and the topic of its task."""

    kind: str
    title: "str | Promise"
    intro: "str | Promise"
    build: work.Build
    review_name: str
    template_name: str
    back: Callable[[dict[str, Any]], str]
    back_label: "str | Promise"
    export_name: str = ""

    def template(self, actor: "Actor", kind: str) -> HttpResponseBase:
        """The sheet to fill in."""
        _known_kind(kind)
        return template_response(self.build(actor, {}, False), kind)

    def upload(
        self,
        request: HttpRequest,
        *,
        actor: "Actor",
        form: SheetForm,
        parameters: Callable[[dict[str, Any]], dict[str, Any]] = lambda _cleaned: {},
        context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Check what was sent. A good sheet leads to its review; a bad one comes back with each error, 422."""
        checked: Checked | None = None
        said = parameters({})
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            said = parameters(form.cleaned_data)
            resource = self.build(actor, said, False)
            checked = self._checked(form, resource, upload)
            if checked is not None and checked.has_changes and not checked.problem_count:
                job = run_verb(
                    None,
                    work.keep_for_review,
                    actor=actor,
                    kind=self.kind,
                    title=composed(
                        gettext_noop("%(title)s: %(file)s"),
                        title=composed(source(self.title)),
                        file=PurePath(upload.name).name[:_LONGEST_FILE_NAME],
                    ),
                    review_name=self.review_name,
                    name=upload.name,
                    content=_content(upload),
                    checked=checked,
                    parameters=said,
                )
                return redirect(self.review_name, job.pk)
        page: dict[str, Any] = {
            "pages": self,
            "title": self.title,
            "back_label": self.back_label,
            "form": form,
            "back": self.back(said),
            "templates": [(kind, reverse(self.template_name, args=[kind])) for kind in SHEET_KINDS],
            "exports": [
                (kind, reverse(self.export_name, args=[kind])) for kind in SHEET_KINDS if self.export_name
            ],
            **(context or {}),
        }
        if checked is not None:
            page["checked"] = checked
            page["problem_rows"] = [problem.as_list() for problem in checked.problems]
            page["is_unchanged"] = not checked.problem_count and not checked.has_changes
            page["sentence"] = resource.summary(checked)
        is_bad = form.is_bound and (
            bool(form.errors) or (checked is not None and bool(checked.problem_count))
        )
        return render(request, "imports/upload.html", page, status=422 if is_bad else 200)

    def _checked(self, form: SheetForm, resource: SheetResource, upload: Any) -> Checked | None:
        try:
            sheet = work.read_for(resource, upload.name, _content(upload))
            return resource.run_check(sheet)
        except InvalidInput as refusal:
            put(form, refusal)
            return None

    def review(self, request: HttpRequest, *, actor: "Actor", job_id: int) -> HttpResponse:
        """What the sheet would do; POST confirms or discards it. Confirming twice is the same as once."""
        job = run_verb(None, work.review_job, actor=actor, kind=self.kind, job_id=job_id)
        if request.method == "POST" and request.POST.get("act") == "discard":
            run_verb(None, work.discard, actor=actor, job=job)
            messages.success(request, _("Impor dibatalkan. Tidak ada data yang berubah."))
            return redirect(self.back(job.parameters))
        if job.status != Job.Status.REVIEW:
            return redirect("procurement:job", job.pk)
        if request.method == "POST":
            run_verb(None, work.confirm, actor=actor, job=job)
            return redirect("procurement:job", job.pk)
        return render(
            request,
            "imports/review.html",
            {"pages": self, "job": job, "result": job.result, "back": self.back(job.parameters)},
        )


def export(
    request: HttpRequest, *, resource: SheetResource, rows: Any, kind: str, name: str
) -> HttpResponseBase:
    """Stored rows as a sheet that can be imported again."""
    _known_kind(kind)
    return export_response(resource, kind, rows, name)


def _known_kind(kind: str) -> None:
    if kind not in SHEET_KINDS:
        raise NotFound(_("Bentuk berkas itu tidak ada. Pilih XLSX atau CSV."))


def _content(upload: Any) -> bytes:
    upload.seek(0)
    content: bytes = upload.read()
    return content
