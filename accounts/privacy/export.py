"""A copy of what is kept about one person (UU 27/2022 Art. 5–13), as data and as a page to read.

Each app says with :func:`register` which of its rows are about a person, by which foreign keys, and which columns
say nothing about anybody else. A test asks that every foreign key to a person is named here or excluded with a reason.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from procurement import clock
from procurement.templatetags.words import waktu_text

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalPart:
    """The rows of one table that are about a person: named by ``keys``, or found by ``where``.

    ``columns`` are what the person gets of them. What names somebody else, or is the business of an organisation, is
    not among them.
    """

    label: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    where: Callable[[User], Q] | None = None

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def rows(self, person: User) -> Iterator[Row]:
        """The rows, each with the key by which it names the person."""
        for key in self.keys:
            yield from self._found(Q(**{key: person}), key)
        if self.where is not None:
            yield from self._found(self.where(person), "")

    def _found(self, condition: Q, key: str) -> Iterator[Row]:
        rows = self.model._default_manager.filter(condition).order_by("pk").distinct()
        for row in rows.values(*self.columns).iterator(chunk_size=500):
            yield {"as": key, **row} if len(self.keys) > 1 else row

    def label_of(self, column: str) -> str:
        """What a column is called by people: the name of the first step of its path."""
        try:
            return str(getattr(self.model._meta.get_field(column.split("__")[0]), "verbose_name", column))
        except FieldDoesNotExist:
            return _("sebagai")


_parts: dict[str, PersonalPart] = {}

EXCLUDED = {
    "procurement.IdempotencyRecord.user": "a random key of each form that was sent, for two days",
}
"""Foreign keys to a person whose rows are not part of the copy, with the reason."""


def register(*parts: PersonalPart) -> None:
    """Let an app add what it keeps about people; called once, when it is loaded."""
    for part in parts:
        _parts[part.label] = part


def parts() -> list[PersonalPart]:
    return list(_parts.values())


def copy_of(person: User, progress: Callable[[int, int], None] = lambda _done, _total: None) -> bytes:
    """The archive: ``data.json`` for machines, ``data.html`` for reading."""
    content: dict[str, list[Row]] = {}
    for done, part in enumerate(parts()):
        progress(done, len(_parts))
        content[part.label] = list(part.rows(person))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "data.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        )
        archive.writestr("data.html", _page(person, content))
    return file.getvalue()


def _page(person: User, content: dict[str, list[Row]]) -> str:
    title = _("Data pribadi %(name)s") % {"name": person.name}
    return format_html(
        '<!doctype html>\n<html lang="{}">\n<head><meta charset="utf-8"><title>{}</title></head>\n'
        "<body>\n<h1>{}</h1>\n<p>{}</p>\n{}</body>\n</html>\n",
        get_language() or "id",
        title,
        title,
        waktu_text(clock.now()),
        format_html_join(
            "", "{}", ((_table(_parts[label], rows),) for label, rows in content.items() if rows)
        ),
    )


def _table(part: PersonalPart, rows: list[Row]) -> SafeString:
    head = format_html_join("", "<th>{}</th>", ((part.label_of(name),) for name in rows[0]))
    body = format_html_join(
        "",
        "<tr>{}</tr>\n",
        ((format_html_join("", "<td>{}</td>", ((_said(value),) for value in row.values())),) for row in rows),
    )
    return format_html(
        '<h2>{}</h2>\n<table border="1">\n<tr>{}</tr>\n{}</table>\n',
        part.model._meta.verbose_name_plural,
        head,
        body,
    )


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return str(value)


register(
    PersonalPart(
        label="accounts.User",
        where=lambda person: Q(pk=person.pk),
        columns=(
            "email",
            "name",
            "phone",
            "language",
            "wants_mail",
            "is_staff",
            "is_active",
            "joined_at",
            "last_login",
            "privacy_version",
        ),
    ),
    PersonalPart(
        label="accounts.Membership", keys=("user",), columns=("organisation__name", "role", "is_active")
    ),
    PersonalPart(
        label="accounts.Invitation",
        keys=("inviter", "person"),
        columns=("organisation__name", "roles", "purpose", "status", "created_at", "until", "closed_at"),
        where=lambda person: Q(email=person.email.lower()),
    ),
    PersonalPart(label="accounts.PrivacyConsent", keys=("user",), columns=("version", "given_by", "at")),
    PersonalPart(
        label="accounts.Acceptance",
        keys=("by",),
        columns=("organisation__name", "organiser__name", "status", "since"),
    ),
    PersonalPart(label="account.EmailAddress", keys=("user",), columns=("email", "verified", "primary")),
    PersonalPart(label="mfa.Authenticator", keys=("user",), columns=("type", "created_at", "last_used_at")),
    PersonalPart(
        label="usersessions.UserSession",
        keys=("user",),
        columns=("ip", "user_agent", "created_at", "last_seen_at"),
    ),
    PersonalPart(
        label="procurement.Notification",
        keys=("user",),
        columns=("created_at", "organisation__name", "sentence", "read_at", "mailed_at"),
    ),
    PersonalPart(
        label="procurement.Event",
        keys=("actor",),
        columns=("happened_at", "verb", "stream", "acting_for__name"),
    ),
    PersonalPart(
        label="procurement.Job",
        keys=("user",),
        columns=("created_at", "title", "organisation__name", "status", "finished_at", "file"),
    ),
    PersonalPart(
        label="accounts.ErasureRequest",
        keys=("user", "decided_by"),
        columns=("asked_at", "status", "decided_at", "erased_at"),
    ),
    PersonalPart(
        label="admin.LogEntry", keys=("user",), columns=("action_time", "content_type__model", "action_flag")
    ),
)
