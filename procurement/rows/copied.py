"""A key that a row copies from its parent, so that a database constraint can use it."""

from typing import Any

from django.db import models


class CopiedKey(models.ForeignKey[Any, Any]):
    """Filled in from ``source``, a dotted path of attributes, when the row is inserted; it never changes after that.

    Written with ``save``, ``bulk_create`` and :func:`procurement.rows.bulk.insert_rows` alike, so nobody can forget it.
    """

    def __init__(self, to: Any, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs = {"on_delete": models.PROTECT, "related_name": "+", "editable": False, **kwargs}
        super().__init__(to, *args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if value is None:
            value = model_instance
            for name in self.source.split("."):
                value = getattr(value, name)
            setattr(model_instance, self.attname, value)
        return value
