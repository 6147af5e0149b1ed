"""Tags for the blocks that pages repeat: alerts, cards, figures, facts, rows of links, heads and cells of tables.

Built in to every template; ``docs/pages.md`` lists them. Those that hold markup end with ``{% end… %}``. Blocks are
drawn by ``templates/components``, which takes some 80 microseconds; buttons, and the heads and cells of tables, of
which a page has dozens or hundreds, are one element or two and are written here (5 to 15 microseconds).
"""

from typing import Any

from django import template
from django.template import Engine
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from procurement.templatetags.page import address_of, icon
from procurement.templatetags.words import angka, rupiah, utuh

register = template.Library()

_ICON_OF_TONE = {
    "harm": "circle-alert",
    "waiting": "triangle-alert",
    "active": "info",
    "done": "circle-check",
}


def _drawn(context: Context, partial: str, /, **values: Any) -> SafeString:
    """A partial drawn with these values alone, as an inclusion tag would."""
    return Engine.get_default().get_template(f"components/{partial}.html").render(context.new(values))


def _trimmed(content: str) -> SafeString:
    """What a block holds, without the space around it."""
    return mark_safe(content.strip())  # noqa: S308 - it was drawn, and escaped then


@register.simple_block_tag(takes_context=True)
def alert(
    context: Context,
    content: SafeString,
    tone: str,
    title: object = "",
    icon_name: str = "",
    role: str = "",
    id: str = "",
) -> SafeString:
    """Words in a box of a tone: ``{% alert "harm" _("Belum disimpan") %}…{% endalert %}``.

    The icon goes with the tone, where no other is named.
    """
    icon_name = icon_name or _ICON_OF_TONE[tone]
    return _drawn(
        context, "alert", content=content, tone=tone, title=title, icon_name=icon_name, role=role, id=id
    )


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: SafeString,
    title: object = "",
    id: str = "",
    level: int = 2,
    count: int | None = None,
) -> SafeString:
    """A card: with a title it is a section with a heading of this level, without one a plain box.

    ``count`` stands behind the title.
    """
    return _drawn(context, "card", content=content, title=title, id=id, heading=f"h{level}", count=count)


@register.simple_block_tag(takes_context=True)
def figure(
    context: Context,
    content: SafeString,
    name: object,
    value: object,
    url: str = "",
    lead: bool = False,
    suffix: str = "",
    id: str = "",
) -> SafeString:
    """A large number with its name above and what the block holds as its note; with ``url`` it is a link.

    ``suffix`` is the unit of the value, and ``id`` names the name for what it is the label of.
    """
    said = {"name": name, "value": value, "suffix": suffix, "note": _trimmed(content), "id": id}
    return _drawn(context, "figure", **said, url=url, lead=lead)


@register.simple_block_tag
def fact(content: SafeString, label: object) -> SafeString:
    """A row in ``<dl class="facts">``: ``{% fact _("Dimulai") %}{{ job.began|waktu }}{% endfact %}``."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, utuh(_trimmed(content)))


@register.simple_block_tag(takes_context=True)
def link_row(
    context: Context,
    content: SafeString,
    to: str,
    *args: Any,
    icon_name: str = "",
    end: str = "chevron-right",
) -> SafeString:
    """A row of ``<ul class="link-rows">``: icon, what the block holds, and an arrow (none for ``end=""``).

    It leads to an address, or to the page of a name with what names its row.
    """
    url = address_of(to, *args)
    return _drawn(context, "link_row", content=utuh(content), url=url, icon_name=icon_name, end=end)


@register.inclusion_tag("components/section_head.html")
def section_head(
    title: object,
    id: str = "",
    note: object = "",
    url: str = "",
    verb: object = "",
    count: int | None = None,
) -> dict[str, Any]:
    """The heading of a part of a page, ``count`` behind it, and at its right end a note or a link."""
    return {"title": title, "id": id, "note": note, "url": url, "verb": verb, "count": count}


@register.inclusion_tag("components/form_acts.html")
def form_acts(verb: object, icon_name: str = "", back: str = "", *args: Any) -> dict[str, Any]:
    """The end of a form: its button, and the way back: an address, or the name of a page with what names its row."""
    return {"verb": verb, "icon_name": icon_name, "back_url": address_of(back, *args)}


@register.simple_tag
def link_button(
    word: object,
    icon_name: str,
    to: str,
    *args: Any,
    primary: bool = False,
    small: bool = False,
    about: object = "",
) -> SafeString:
    """A link that looks like a button, to an address or to the page of a name with what names its row.

    ``about`` says to screen readers which of many rows it is for.
    """
    classes = f"btn{' btn-sm' if small else ''}{' btn-primary' if primary else ''}"
    return format_html(
        '<a class="{}" href="{}">{}</a>',
        classes,
        address_of(to, *args),
        _said(word, icon_name, small=small, about=about),
    )


@register.simple_tag
def submit_button(
    word: object, icon_name: str = "", primary: bool = True, small: bool = False, about: object = ""
) -> SafeString:
    """The button of a form, the primary one unless it says otherwise."""
    classes = f"btn{' btn-sm' if small else ''}{' btn-primary' if primary else ''}"
    return format_html(
        '<button class="{}" type="submit">{}</button>',
        classes,
        _said(word, icon_name, small=small, about=about),
    )


def _said(word: object, icon_name: str, *, small: bool, about: object) -> SafeString:
    """What stands on a button."""
    return format_html(
        "{}{}{}",
        icon(icon_name, 16 if small else 20) if icon_name else "",
        word,
        format_html(' <span class="visually-hidden">{}</span>', about) if about else "",
    )


@register.inclusion_tag("components/post_button.html")
def post_button(word: object, icon_name: str, to: str, *args: Any, primary: bool = False) -> dict[str, Any]:
    """A form of one button: it is sent to an address, or to the page of a name with what names its row."""
    return {"word": word, "icon_name": icon_name, "url": address_of(to, *args), "primary": primary}


@register.simple_tag
def linked(word: object, url: object = "") -> SafeString:
    """A word that leads somewhere, where there is somewhere to go."""
    whole = utuh(word)
    return format_html('<a href="{}">{}</a>', url, whole) if url else whole


@register.simple_block_tag
def table_head(content: SafeString) -> SafeString:
    """The head of a table: ``{% table_head %}{% column … %}{% column … %}{% endtable_head %}``."""
    return format_html("<thead><tr>{}</tr></thead>", content)


@register.simple_tag
def column(title: object, kind: str = "", hidden: bool = False) -> SafeString:
    """The head of a column; its kind is ``number`` or ``money``, and a ``hidden`` title is for screen readers alone."""
    said = format_html('<span class="visually-hidden">{}</span>', title) if hidden else title
    return format_html('<th scope="col"{}>{}</th>', format_html(' class="{}"', kind) if kind else "", said)


@register.simple_tag
def lead_cell(word: object, url: object = "") -> SafeString:
    """The cell that names a row, on a phone the title of its card."""
    return format_html('<td class="lead-cell">{}</td>', linked(word, url))


@register.simple_tag
def money_cell(label: object, amount: Any, url: object = "") -> SafeString:
    """An amount in a table; the label stands beside it on a phone."""
    return format_html('<td class="money" data-label="{}">{}</td>', label, linked(rupiah(amount), url))


@register.simple_tag
def number_cell(label: object, number: Any) -> SafeString:
    """A number in a table; the label stands beside it on a phone."""
    return format_html('<td class="number" data-label="{}">{}</td>', label, angka(number))
