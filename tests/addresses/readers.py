"""What each kind of reader must never meet, and how to look for it in pages, sheets and papers."""

import io
import re
import zipfile
from dataclasses import dataclass

from accounts.models import ROLES_OF_KIND, Membership
from tests.addresses.people import OWNERS, Side, account_of, canary, phone_of, price_of, target_of
from tests.addresses.walk import AddressWalk, Caller, PageAnswer
from tests.factories import make_user


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of ``own`` side who goes everywhere; ``secrets`` is a pattern of what is not theirs."""

    caller: Caller
    own: Side
    secrets: re.Pattern[str]


def price_pattern(price: int) -> str:
    """A price as a page (``71.003``), a sheet (``71003``) or an English page (``71,003``) writes it."""
    text = str(price)
    return rf"(?<![\w.,])(?:{text}|{text[:-3]}[.,]{text[-3:]})(?![\w])"


def _words(side: Side, *whose: str) -> list[str]:
    return [canary(side.mark, one) for one in whose]


def _usaha(side: Side, *indexes: int) -> list[str]:
    """Everything of some MSMEs: who they are, and what they ask."""
    return _words(side, *(f"Usaha{index}" for index in indexes)) + _data_of(side, *indexes)


def _data_of(side: Side, *indexes: int) -> list[str]:
    """What only an MSME itself and the organisers that it accepted may read, wherever its name stands."""
    words = _words(side, *(f"DataUsaha{index}" for index in indexes))
    for index in indexes:
        words += [
            price_pattern(price_of(side.mark, index)),
            account_of(side.mark, index),
            phone_of(side.mark, index),
        ]
    return words


def _everything(side: Side) -> list[str]:
    return [
        *_words(
            side, "Instansi", "DataInstansi", "Pesanan", "Komitmen", "Impor", "Penyelenggara", "Pendaftar"
        ),
        *_usaha(side, *range(OWNERS)),
        price_pattern(target_of(side.mark)),
    ]


def readers(walk: AddressWalk) -> list[Reader]:
    """An institution with all its roles, an MSME among its rivals, one that was never asked, a coordinator; twice."""
    return [
        one
        for own, other in ((walk.first, walk.second), (walk.second, walk.first))
        for one in _readers_of(walk, own, other)
    ]


def _readers_of(walk: AddressWalk, own: Side, other: Side) -> list[Reader]:
    buyer = make_user(f"semua.{own.mark}@contoh.id".lower(), "Semua peran")
    for role in ROLES_OF_KIND["institution"]:
        Membership.objects.create(user=buyer, organisation=own.world.institution.organisation, role=role)
    theirs = _everything(other)
    # Institutions may order in every expo, so they read who holds it.
    at_expo = [word for word in theirs if word != canary(other.mark, "Penyelenggara")]
    secrets = {
        "buyer": [*at_expo, *_words(own, "Pendaftar"), *_usaha(own, 3)],
        "owner0": [*theirs, *_words(own, "Komitmen", "Impor", "Pendaftar"), *_usaha(own, 1, 2, 3)],
        "rival": [
            *theirs,
            *_words(own, "Instansi", "DataInstansi", "Pesanan", "Komitmen", "Impor", "Pendaftar"),
            *_usaha(own, 0, 1, 2),
        ],
        # Names of institutions and MSMEs stand in the directory that all organisers share; nothing else of them does.
        "coordinator": [
            *_words(other, "DataInstansi", "Pesanan", "Komitmen", "Impor", "Penyelenggara", "Pendaftar"),
            *_data_of(other, *range(OWNERS)),
            price_pattern(target_of(other.mark)),
            rf"Expo {other.mark}",
        ],
    }
    callers = {
        "buyer": walk.sign_in(f"buyer {own.mark}", own.mark, buyer),
        "owner0": walk.caller(f"owner0 {own.mark}"),
        "rival": walk.caller(f"rival {own.mark}"),
        "coordinator": walk.caller(f"coordinator {own.mark}"),
    }
    return [Reader(callers[name], own, re.compile("|".join(words))) for name, words in secrets.items()]


def text_of(answer: PageAnswer) -> str:
    """What a person reads in it; of a workbook or an archive, what stands in its parts."""
    if answer.body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return answer.body.decode("utf-8", "replace")


def met(reader: Reader, text: str) -> str:
    """The first secret in a text, with what stands around it; empty when there is none."""
    found = reader.secrets.search(text)
    return text[max(0, found.start() - 80) : found.end() + 40] if found else ""
