"""A form and a verb: what the verb refuses is shown beside the field, and nothing that was typed is lost."""

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar, overload

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from procurement.errors import ContentChanged, InvalidInput, NotFound, NotPermitted, Refused, WrongState

Given = ParamSpec("Given")
Result = TypeVar("Result")


@overload
def run_verb(
    form: None, verb: Callable[Given, Result], /, *args: Given.args, **arguments: Given.kwargs
) -> Result: ...


@overload
def run_verb(
    form: forms.BaseForm | None,
    verb: Callable[Given, Result],
    /,
    *args: Given.args,
    **arguments: Given.kwargs,
) -> Result | None: ...


def run_verb(
    form: forms.BaseForm | None,
    verb: Callable[Given, Result],
    /,
    *args: Given.args,
    **arguments: Given.kwargs,
) -> Result | None:
    """Call ``verb(**arguments)``; on a refusal put its sentence onto the form and return None.

    The one way in which a view does something. An act without a form (a button, a page that asks once) gives None as
    the form: every refusal passes through then, to the page of refusals or to a view that answers it by itself.

    ``InvalidInput.field`` names the field; other refusals (wrong state, changed content) are shown on top of the form,
    whose page keeps what was typed and answers with the refusal's status (:func:`render_form`). A row that one may
    not see, or an act that one may not do, has no form to return to and passes through.
    """
    try:
        return verb(*args, **arguments)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        if form is None:
            raise
        put(form, refusal)
        return None


def put(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a refusal beside the field that it names, which says its row already, or on top of the form.

    A form of many rows says by ``input_of(row, field)`` how it calls the input of a row.
    """
    field = _input_of(form, refusal) if isinstance(refusal, InvalidInput) else None
    sentence = refusal.short if field else refusal.sentence
    form.add_error(field, beside(form, field, sentence[:1].upper() + sentence[1:]))
    answer_with(form, refusal.status)
    # Who looks again after a change may still do it; in another state the act is not possible any more.
    vars(form)["is_over"] = isinstance(refusal, WrongState) and not isinstance(refusal, ContentChanged)


def is_ready(
    form: forms.BaseForm,
    require_state: Callable[Given, object],
    /,
    *args: Given.args,
    **arguments: Given.kwargs,
) -> bool:
    """Whether a form that was sent can go to its verb.

    ``require_state`` is the question that the verb asks of the row. Where the act is not possible any more, that alone
    is said: nobody corrects fields of something that then cannot be done.
    """
    if form.is_valid():
        return True
    try:
        require_state(*args, **arguments)
    except Refused as refusal:
        form.errors.clear()
        put(form, refusal)
    return False


def _input_of(form: forms.BaseForm, refusal: InvalidInput) -> str | None:
    name = refusal.field
    if refusal.row is not None:
        name = form.input_of(refusal.row, refusal.field) if hasattr(form, "input_of") else ""
    return name if name in form.fields else None


def answer_with(form: forms.BaseForm, status: int) -> None:
    """Let the page of this form answer with the status of a refusal."""
    vars(form)["refusal_status"] = status


def keep_said(form: forms.BaseForm, name: str) -> None:
    """Note that the file of this field is stored although the form may be refused, so that its page says so."""
    vars(form).setdefault("stored_files", []).append(name)


def files_of(form: forms.BaseForm) -> tuple[list[str], list[str]]:
    """The labels of the files that came with a refused form: those that are stored, and those to be chosen again."""
    stored = getattr(form, "stored_files", [])
    sent = [name for name in form.fields if form.files.get(form.add_prefix(name))]
    labels = {name: str(form[name].label) for name in sent}
    lost = [labels[name] for name in sent if name not in stored and name not in form.errors]
    return [labels[name] for name in sent if name in stored], lost


READ = "sudah_dibaca"
"""The hidden input that says that sentences of doubt were shown; ``components/doubts.html`` draws it."""


def unread(request: HttpRequest, sentences: Sequence[str]) -> list[str]:
    """The sentences, unless the form that was sent showed them already: what ends something is asked once."""
    return [] if request.POST.get(READ) == "1" else list(sentences)


def beside(form: forms.BaseForm, field: str | None, sentence: str) -> str:
    """The sentence as shown beside its field: what the label says already is not said again."""
    label = str(form.fields[field].label or "") if field else ""
    shorter = sentence.removeprefix(f"{label}: ") if label else sentence
    return shorter[:1].upper() + shorter[1:] if shorter != sentence else sentence


def status_of(form: forms.BaseForm) -> int:
    """200 for a form not yet sent, the refusal's own status, else 422 for one with errors."""
    if not form.is_bound or form.is_valid():
        return getattr(form, "refusal_status", 200)
    return getattr(form, "refusal_status", 422)


def render_form(
    request: HttpRequest, template: str, form: forms.BaseForm, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a form, with the status that its errors call for; the form is ``form`` in the template."""
    return render(request, template, {"form": form, **(context or {})}, status=status_of(form))
