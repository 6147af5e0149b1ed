"""Django's ``i18n`` tags, built in to every template; ``{% translate "…" %}`` looks its text up once per language.

A page has up to two hundred such texts; to look one up takes Django about ten microseconds, because it makes a lazy
text of it each time. Kept texts save 5 of the dashboard's 45 ms, which decides its goal of 50 (``docs/bench.md``). A
template that loads ``i18n`` itself gets Django's own.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class KeptTranslation(template.Node):
    """A text that is in the template itself: what is drawn depends on the language alone."""

    def __init__(self, text: i18n.TranslateNode) -> None:
        self.text = text
        self._drawn: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        drawn = self._drawn.get(language)
        if drawn is None:
            drawn = self._drawn[language] = self.text.render(context)
        return drawn


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> template.Node:
    """``{% translate "…" %}`` as Django has it."""
    node = i18n.do_translate(parser, token)
    said: Any = node.filter_expression
    is_constant = isinstance(said.var, Variable) and isinstance(said.var.literal, str) and not said.filters
    if is_constant and not (node.asvar or node.message_context):
        return KeptTranslation(node)
    return node
