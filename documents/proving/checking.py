"""The public check: a holder of a paper learns whether it is genuine and still valid, nothing more."""

import re

from django.db.models import Q

from documents.models import Document

CODE_LENGTH = 12
HASH_LENGTH = 64
_NOT_HEX = re.compile(r"[\s\-]+")


def normal_code(text: str) -> str:
    """A code as typed from the footer (or a SHA-256) in the form that is stored; empty when it cannot be one."""
    code = _NOT_HEX.sub("", text).lower()
    if len(code) not in (CODE_LENGTH, HASH_LENGTH) or re.fullmatch(r"[0-9a-f]+", code) is None:
        return ""
    return code


def find(code: str, number: str = "") -> Document | None:
    """The document with this check code (:func:`normal_code`) and, when given, this number."""
    whole = Q(content_hash=code) | Q(sha256=code)
    found = whole if len(code) == HASH_LENGTH else Q(content_hash__startswith=code)
    rows = (
        Document.objects.filter(found)
        .with_standing()
        .select_related("issuer")
        .defer("content")
        .order_by("pk")
    )
    if number:
        rows = rows.filter(number__iexact=number)
    return rows.first()
