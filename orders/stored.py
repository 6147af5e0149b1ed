"""How acts and subjects are named where they are stored, against how the code names them.

The code says ``purchase_order`` everywhere: ``purchase_order.issue`` is an act, ``purchase_order:5`` a paper's subject.
The audit trail and the papers have always been written with Django's name of the model, ``purchaseorder``. Events are
hashed and revisions of a paper are found by their subject, so neither can be respelled; new rows are written like the
old ones, and every chain and every paper keeps one spelling. This map is the only place that knows it.
"""

from django.db import models

_STORED = {"purchase_order": "purchaseorder"}
_SPELLED = {stored: word for word, stored in _STORED.items()}


def stored(name: str) -> str:
    """An act or subject as rows have it: ``purchase_order.issue`` is stored as ``purchaseorder.issue``."""
    return _with(_STORED, name)


def spelled(name: str) -> str:
    """A stored act or subject as the code has it; the inverse of :func:`stored`."""
    return _with(_SPELLED, name)


def flow_of(row: models.Model) -> str:
    """The key of the row's model in the tables of the workflow."""
    return spelled(str(row._meta.model_name))


def _with(words: dict[str, str], name: str) -> str:
    for mark in (".", ":"):
        word, found, rest = name.partition(mark)
        if found:
            return words.get(word, word) + found + rest
    return words.get(name, name)
