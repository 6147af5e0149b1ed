"""One word for one thing, in both languages, as a formal reader expects it; figures as the language writes them."""

import re
from decimal import Decimal

import pytest
from babel.messages.catalog import Message
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override, pgettext

from accounts.models import User
from expo.models import ReportSchedule
from orders.workflow import OrderStatus
from procurement.money import rupiah
from procurement.templatetags.states import look_of
from procurement.templatetags.words import angka
from tests.factories import World, make_world
from tests.test_translations import CATALOGUE, _all, messages

TEXTS = [
    (text, said)
    for (_context, text), message in messages(settings.BASE_DIR / CATALOGUE).items()
    for said in _all(message.string)
]

INDONESIAN = {
    r"\bpekan\b(?<!akhir pekan)(?<!Akhir pekan)|\bsepekan\b": "minggu",
    r"(?<!%\()\be-?mail\b": "surel",
    r"boleh kosong\b(?!;| bila)": "opsional",
    r"^Pesanannya$": "Lihat pesanan",
    r"^Dibaca$": "Tandai dibaca",
    r"^Jumlah, sebelum PPN$": "Total",
    r"putaran tertutup": "putaran tersegel",
}
ENGLISH = {
    r"\b[Ww]rit(e|ten) down\b": "record",
    r"^Acts$|\bthis act\b|\bThis act\b": "action",
    r"^Its orders$": "View orders",
    r"(?<!%\()\bemail\b": "e-mail",
    r"^See (?!the (state|value))": "View, on what is pressed",
    r"\b[Tt]ries\b|\btry$": "attempts",
    r"\b(take|taken|takes) (it|this purchase order|its purchase order|on purchase order)? ?on\b": "accept",
    r"(?<!\()\bpercent\b": "per cent",
    r"\btelephone": "phone",
    r"[Cc]ode application|your application|the application": "authenticator app",
    r"^Make( |$)(?!the|them|sure|again|primary)|^Accounts are made": "create",
    r"^[Ff]ollowed( at)?$|[Ss]plit.* followed|follow a scenario|following it\.": "apply",
    r"^[Dd]ut(y|ies)$|[Ss]cheduled dut": "scheduled task",
    r"disturb": "outage, interrupted",
    r"told with the reason": "told the reason",
    r"\bFill in a\b": "Enter",
    r"%\((count|new|changed|unchanged|lines|makers)\)[ds] (?!%|is\b|was\b)\w+s\b": "plural forms, or the number last",
}
NEVER_ONE = {
    # Limits that are far above one, and lists.
    "huruf, paling banyak %(limit)d",
    "baris, paling banyak %(limit)d",
    "berhenti di tengah jalan %(count)d kali",
    "%(count)s calon",
    "Bersama baris %(lines)s",
}


@pytest.mark.parametrize("wrong", INDONESIAN)
def test_indonesian_has_one_word_for_one_thing(wrong: str) -> None:
    found = [text for text, _said in TEXTS if re.search(wrong, text)]
    assert found in ([], ["Untuk produk katalog boleh kosong."]), f"say “{INDONESIAN[wrong]}”"


@pytest.mark.parametrize("wrong", ENGLISH)
def test_english_has_one_word_for_one_thing(wrong: str) -> None:
    # A text with plural forms chooses among them by itself.
    several = {key[1] for key, message in _catalogue() if not isinstance(message.string, str)}
    found = [
        said
        for text, said in TEXTS
        if re.search(wrong, said)
        and not ("%\\(" in wrong and (text in several or any(one in text for one in NEVER_ONE)))
    ]
    assert found == [], f"say “{ENGLISH[wrong]}”"


def _catalogue() -> list[tuple[tuple[str, str], Message]]:
    return list(messages(settings.BASE_DIR / CATALOGUE).items())


def test_what_has_ended_is_not_called_an_end() -> None:
    with override("en"):
        assert str(look_of("order", "closed").word) == "Closed"
        assert str(OrderStatus.CLOSED.label) == "closed"
        assert str(look_of("job", "done").word) == "Completed"


def test_sunday_is_no_week() -> None:
    with override("en"):
        assert str(ReportSchedule.Weekday.SUNDAY.label) == "Sunday"
        assert gettext("Minggu") == "Week"
        assert pgettext("satu", "Hari") == "Day"


def test_figures_of_one_page_are_grouped_alike() -> None:
    for language, amount, number in (("id", "Rp1.250.000", "1.250.000"), ("en", "Rp1,250,000", "1,250,000")):
        with override(language):
            assert rupiah(Decimal(1_250_000)) == amount
            assert angka(1_250_000) == number


class Sample(forms.Form):
    conditional = ("reason",)

    name = forms.CharField()
    note = forms.CharField(required=False)
    reason = forms.CharField(required=False)


def test_only_what_is_optional_is_called_so() -> None:
    drawn = Template("{% form_field form.name %}|{% form_field form.note %}|{% form_field form.reason %}")
    name, note, reason = drawn.render(Context({"form": Sample()})).split("|")
    assert "opsional" not in name
    assert "(opsional)" in note
    assert "opsional" not in reason


@pytest.mark.django_db
def test_an_english_page_holds_no_indonesian_grouping(client: Client) -> None:
    world: World = make_world()
    order = world.approved([300, 60])
    for who in ("requester", "coordinator"):
        User.objects.filter(pk=world.people[who].pk).update(language="en")
        client.force_login(world.people[who])
        page = client.get(reverse("orders:detail", args=[order.pk])).content.decode()
        assert re.findall(r"Rp\d+\.\d{3}", page) == []
        assert re.search(r"Rp\d+,\d{3}", page)
