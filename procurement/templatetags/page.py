"""Tags that draw the parts every page is made of. Built in to every template; ``docs/pages.md`` shows each in use."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django import forms, template
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procurement.input.forms import files_of
from procurement.templatetags.states import STEPPER, look_of, milestone_of
from procurement.templatetags.words import utuh

register = template.Library()
log = structlog.get_logger(__name__)

_ICON_NAME = re.compile(r"[a-z0-9-]+")
_SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@lru_cache(maxsize=512)
def _icon_body(name: str) -> str:
    """What is inside the icon's ``<svg>``; the files are our own pinned packages, so they are trusted."""
    path = finders.find(f"vendor/icons/{name}.svg") if _ICON_NAME.fullmatch(name) else None
    if not path:
        log.warning("icon_missing", icon=name, remedy="add it to static/vendor.txt and run bin/setup")
        return ""
    found = _SVG_BODY.search(Path(str(path)).read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", found.group(1)).strip() if found else ""


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """A lucide icon drawn in the page; silent for screen readers unless ``label`` names it."""
    return _icon(name, size, str(label))


@lru_cache(maxsize=2_000)
def _icon(name: str, size: int, label: str) -> SafeString:
    """Drawn once: a page has dozens, the same ones each time."""
    body = mark_safe(_icon_body(name))  # noqa: S308 - read from our own files
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {1}>{2}</svg>',
        size,
        named,
        body,
    )


@register.simple_tag
def state_badge(flow: str, state: object, word: object = "") -> SafeString:
    """Word, icon and tone of a state: ``{% state_badge "order" order.status %}``."""
    look = look_of(flow, state, word)
    return format_html(
        '<span class="state state-{}" data-state="{}">{}<span>{}</span></span>',
        look.tone,
        state,
        icon(look.icon, 16),
        look.word,
    )


@register.simple_tag
def tone_badge(tone: str, word: object, icon_name: str = "circle-dot") -> SafeString:
    """A badge for what is not a workflow state: ``{% tone_badge "harm" "Terlambat 3 hari" "clock" %}``."""
    return format_html(
        '<span class="state state-{}">{}<span>{}</span></span>', tone, icon(icon_name, 16), word
    )


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The options of a select, pairs of value and label. Drawn here because there are hundreds (docs/bench.md)."""
    drawn = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
        for value, label in choices
    )
    return mark_safe(drawn)  # noqa: S308 - escaped above


@register.filter
def data_script(value: Any, element_id: str) -> SafeString:
    """Like ``json_script``, for large data: closely written, and escaped by what is quick on long texts."""
    text = json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))
    text = text.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")
    return format_html(
        '<script id="{}" type="application/json">{}</script>',
        element_id,
        mark_safe(text),  # noqa: S308 - escaped above
    )


@register.simple_tag(takes_context=True)
def idempotency_field(context: Context) -> SafeString:
    """Hidden fields that make a form sent twice count once, and only for the organisation it was opened for.

    Put them into every form that creates or decides something.
    """
    key = format_html('<input type="hidden" name="_idempotency_key" value="{}">', uuid.uuid4())
    actor = getattr(getattr(context, "request", None), "actor", None)
    if actor is None or actor.organisation_id is None:
        return key
    return key + format_html('<input type="hidden" name="_acting_for" value="{}">', actor.organisation_id)


@register.simple_tag
def maybe_url(name: str, *args: Any) -> str:
    """The address of a page, or nothing when there is no such page: for links to parts that may be absent."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def address_of(to: str, *args: Any) -> str:
    """An address as it is, or that of the page of this name, with what names its row."""
    return to if "/" in to or not to or to[0] in "?#" else reverse(to, args=args)


@register.simple_tag
def crumb(label: object, to: str = "", *args: Any) -> SafeString:
    """One step of the breadcrumb: ``{% crumb order.number "orders:detail" order.pk %}``, or with an address.

    Without either it is the present page.
    """
    if to:
        return format_html(
            '<li class="breadcrumb-item"><a href="{}">{}</a></li>', address_of(to, *args), utuh(label)
        )
    return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', utuh(label))


@register.inclusion_tag("components/stepper.html")
def order_stepper(status: str, stopped_at: int | None = None) -> dict[str, Any]:
    """The five steps of an order; a lost or cancelled one stops at ``stopped_at`` (0–4), else at the first."""
    stopped = status in ("lost", "cancelled")
    current = (stopped_at or 0) if stopped else milestone_of(status)
    steps = []
    for index, step in enumerate(one for one in STEPPER if one.key):
        state = "done" if index < current else "now" if index == current else "ahead"
        if stopped and index == current:
            state = "stopped"
        steps.append(
            {"key": step.key, "label": step.label, "short": step.short, "state": state, "number": index + 1}
        )
    return {"steps": steps}


@register.inclusion_tag("components/next_act.html", takes_context=True)
def next_act(
    context: Context,
    title: str = "",
    owner: str = "",
    by: date | None = None,
    sentence: str = "",
    url: str = "",
    verb: str = "",
    post: bool = False,
    mine: bool = True,
    icon_name: str = "arrow-right",
) -> dict[str, Any]:
    """The one next act of a page: what, who owes it, by when, the button, and what will happen then.

    ``mine=False`` draws it as somebody else's act, without a button. ``post=True`` makes the button a form.
    """
    return {
        "title": title,
        "owner": owner,
        "by": by,
        "sentence": sentence,
        "url": url,
        "verb": verb,
        "post": post,
        "mine": mine,
        "icon_name": icon_name,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], empty: str = "") -> dict[str, Any]:
    """History, newest first: objects or dictionaries with ``happened_at``, ``sentence`` (or ``verb``), ``actor``,
    ``acting_for``, ``note``, ``details`` (pairs), ``tone``."""
    return {"events": events, "empty": empty}


@register.inclusion_tag("components/facts.html")
def facts(pairs: Iterable[tuple[object, object]]) -> dict[str, Any]:
    """A list of label and value; ``None`` and empty show a dash."""
    return {"pairs": pairs}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Tabs that are links: dictionaries with ``label``, ``url``, ``active``, and ``count`` when there is one."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: str, text: str = "", url: str = "", verb: str = "", icon_name: str = "package-open"
) -> dict[str, Any]:
    """What an empty place says: that it is empty, and how the first row comes to be."""
    return {"title": title, "text": text, "url": url, "verb": verb, "icon_name": icon_name}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """How far a job is; without a total it shows that work goes on."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """All errors of a form on top of it, each a link to its field."""
    items = [
        # A group of boxes has no label of its own: its first box is where one goes on.
        {"label": field.label, "id": field.id_for_label or f"{field.auto_id}_0", "errors": field.errors}
        for field in form
        if field.errors and not field.is_hidden
    ]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    stored, lost = files_of(form) if form.is_bound else ([], [])
    return {
        "items": items,
        "general": [*form.non_field_errors(), *hidden],
        "form": form,
        "stored_files": stored,
        "lost_files": lost,
    }


def _is_conditional(field: BoundField) -> bool:
    """Whether the form names the field, or its kind (``reason`` of ``reason-12``), among those needed at times."""
    conditional = getattr(field.form, "conditional", ())
    return field.name in conditional or field.name.partition("-")[0] in conditional


@register.inclusion_tag("components/form_field.html")
def form_field(
    field: BoundField,
    prefix: str = "",
    suffix: str = "",
    hide_label: bool = False,
    label: "str | None" = None,
    help: "str | None" = None,
) -> dict[str, Any]:
    """One field with label, help and error, tied together for screen readers.

    ``label`` and ``help`` replace the field's own words, for forms that come from elsewhere. A name that the form
    does not have draws nothing.
    """
    if not field:
        return {"absent": True}
    widget = field.field.widget
    kind, classes = _dress_of(widget)
    if label is not None:
        field.label = label
        widget.attrs.pop("placeholder", None)
    if help is not None:
        field.help_text = help
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_help")
    if field.errors:
        described.append(f"{field.auto_id}_error")
        classes += " is-invalid"
    attributes: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {classes}".strip()}
    if described and field.auto_id:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    if kind == "choices":
        widget.attrs["class"] = attributes["class"]
    drawn = None if kind == "choices" else field.as_widget(attrs=attributes)
    return {
        "field": field,
        "kind": kind,
        "control": drawn,
        "prefix": prefix,
        "suffix": suffix,
        "hide_label": hide_label,
        "optional": not field.field.required and kind != "check" and not _is_conditional(field),
        "invalid": bool(field.errors),
    }


def _dress_of(widget: forms.Widget) -> tuple[str, str]:
    """How a widget is drawn, and the classes that it carries."""
    if isinstance(widget, forms.CheckboxInput):
        return "check", "form-check-input"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices", "form-check-input"
    if isinstance(widget, forms.Select):
        return "input", "form-select"
    return "input", "form-control"


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """The error summary and every field of a form, in order."""
    return {"form": form}


@register.simple_tag
def copyable(value: object, label: str = "") -> SafeString:
    """A value with a button that copies it; without JavaScript it is only the value."""
    name = label or _("Salin")
    return format_html(
        '<span class="copyable"><span>{0}</span><button type="button" class="copy" data-copy="{0}"'
        ' aria-label="{1}" hidden>{2}</button></span>',
        value,
        name,
        icon("copy", 16),
    )
