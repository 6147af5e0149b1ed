"""Another bank account: a code to the old telephone, two whole working days, a way to stop it, and said where paid."""

import re
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from msmes.banking import changes, sending
from msmes.banking.account import FIELDS, Account
from msmes.banking.address import address_token
from msmes.models import BankChange, Msme
from msmes.register import registry
from orders.models import PurchaseOrder
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.codes import CODE_LIVES, MOST_GUESSES, MOST_TRIES, CodeNeeded
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify
from tests.factories import World, make_world
from tests.orders.test_races import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

NEW = Account(bank_name="Bank Lain", bank_account="0012345678", bank_holder="Siti Contoh")
FRIDAY = datetime(2022, 8, 12, 10, 0, tzinfo=clock.JAKARTA)
APPLIES = date(2022, 8, 18)
"""After Monday and Tuesday comes Wednesday the 17th, a holiday: nobody works then, but the account applies."""


@pytest.fixture
def world() -> World:
    with clock.at(FRIDAY - timedelta(days=10)):
        return make_world()


def ask(world: World, account: Account = NEW) -> BankChange:
    return changes.ask_change(msme_id=world.msmes[0].pk, account=account, actor=world.actor("owner0"))


def confirm(world: World, change: BankChange) -> BankChange:
    fresh = BankChange.objects.get(pk=change.pk)
    code = changes.CODES.of(fresh)
    return changes.confirm_change(change_id=change.pk, code=code, actor=world.actor("owner0"))


def account_now(world: World) -> str:
    return Msme.objects.get(pk=world.msmes[0].pk).bank_account


def texts() -> list[str]:
    return sorted(path.read_text() for path in (Path(project.VAR_DIR) / "texts").glob("*.txt"))


@pytest.fixture(autouse=True)
def _no_old_texts() -> None:
    for path in (Path(project.VAR_DIR) / "texts").glob("*.txt"):
        path.unlink()


def identity_of(msme: Msme) -> registry.Identity:
    said: dict[str, Any] = {
        name: getattr(msme.organisation if hasattr(msme.organisation, name) else msme, name)
        for name in registry.Identity.__dataclass_fields__
        if name != "regency"
    }
    return registry.Identity(**said)


def corrected_by_staff(world: World, **said: str) -> None:
    msme = Msme.objects.select_related("organisation").get(pk=world.msmes[0].pk)
    contact = {name: getattr(msme, name) for name in registry.Contact.__dataclass_fields__} | said
    registry.change_msme(
        msme_id=msme.pk,
        actor=world.actor("coordinator"),
        identity=identity_of(msme),
        contact=registry.Contact(**contact),
    )


def test_it_applies_after_the_code_and_two_whole_working_days(world: World) -> None:
    with clock.at(FRIDAY):
        change = ask(world)
        assert account_now(world) == "0001"
        sending.text_code(change_id=change.pk)
        (text,) = texts()
        assert text.startswith(world.msmes[0].phone)
        assert changes.CODES.of(BankChange.objects.get(pk=change.pk)) in text
        assert "0012345678" not in text, "the last digits are enough"
        confirm(world, change)
        assert changes.apply_due() == []
    with clock.at(FRIDAY.replace(day=16, hour=23)):
        assert changes.apply_due() == []
        assert account_now(world) == "0001"
    with clock.at(FRIDAY.replace(day=17, hour=0, minute=1)):
        assert changes.apply_due() == [change.pk]
    assert account_now(world) == "0012345678"
    verbs = Event.objects.of_stream(world.msmes[0].stream).order_by("sequence")
    assert [one.verb for one in verbs] == ["msme.bank_ask", "msme.bank_confirm", "msme.bank_apply"]
    assert list(verify()) == []
    told = OutboxMessage.objects.filter(topic="accounts.tell").values_list("payload", flat=True)
    assert {tuple(one["roles"]) for one in told} == {("owner",), ("coordinator",)}


def test_a_first_account_needs_the_code_and_no_wait_and_an_emptied_one_is_no_first(world: World) -> None:
    Msme.objects.filter(pk=world.msmes[0].pk).update(bank_name="", bank_account="", bank_holder="")
    with clock.at(FRIDAY):
        first = ask(world)
        assert account_now(world) == ""
        assert confirm(world, first).status == "applied"
        assert account_now(world) == "0012345678"
        confirm(world, ask(world, Account()))
    with clock.at(FRIDAY + timedelta(days=20)):
        changes.apply_due()
        assert account_now(world) == ""
        again = confirm(world, ask(world, Account(bank_name="B", bank_account="99998888", bank_holder="X")))
        assert (again.status, account_now(world)) == ("confirmed", "")


def test_guesses_count_for_the_whole_life_and_asks_for_a_month(world: World) -> None:
    owner = world.actor("owner0")
    with clock.at(FRIDAY):
        change = ask(world)
        for _guess in range(MOST_TRIES):
            with pytest.raises(CodeNeeded) as refusal:
                changes.confirm_change(change_id=change.pk, code="12", actor=owner)
            assert refusal.value.field == "code"
        with pytest.raises(CodeNeeded):
            confirm(world, change)
        changes.send_code(change_id=change.pk, actor=owner)
        for _guess in range(MOST_GUESSES - MOST_TRIES):
            with pytest.raises((CodeNeeded, WrongState)):
                changes.confirm_change(change_id=change.pk, code="12", actor=owner)
        with pytest.raises(WrongState, match="terlalu sering"):
            confirm(world, change)
        with pytest.raises(WrongState, match="terlalu sering"):
            changes.send_code(change_id=change.pk, actor=owner)
        for number in range(changes.MOST_ASKS - 1):
            ask(world, Account(bank_name="B", bank_account=f"9999000{number}", bank_holder="X"))
        with pytest.raises(NotPermitted, match="dalam 30 hari"):
            ask(world)
    assert account_now(world) == "0001"


def test_a_number_that_was_just_changed_confirms_nothing_and_the_old_one_hears_of_it(world: World) -> None:
    owner, old = world.actor("owner0"), world.msmes[0].phone
    with clock.at(FRIDAY):
        change = ask(world)
        registry.change_contact(
            msme_id=world.msmes[0].pk, actor=owner, address="Jalan 1", phone="081299990000"
        )
        assert BankChange.objects.get(pk=change.pk).told_to == old, "the code still goes to the old number"
        changes.cancel_change(change_id=change.pk, actor=owner)
        with pytest.raises(WrongState, match="baru diubah"):
            ask(world)
        (row,) = OutboxMessage.objects.filter(topic=sending.PHONE_TOPIC)
        sending.text_phone_changed(**row.payload)
        (text,) = texts()
        assert text.startswith(old)
    with clock.at(FRIDAY.replace(day=16, hour=23)), pytest.raises(WrongState):
        ask(world)
    with clock.at(FRIDAY.replace(day=17)):
        assert ask(world).told_to == "081299990000"


def test_what_staff_write_down_holds_and_the_old_telephone_stops_it(client: Client, world: World) -> None:
    old = world.msmes[0].phone
    with clock.at(FRIDAY):
        corrected_by_staff(
            world, phone="081299990000", bank_name="Bank X", bank_account="666777", bank_holder="Orang Lain"
        )
        change = BankChange.objects.get()
        assert (change.status, change.told_to, account_now(world)) == ("confirmed", old, "0001")
        sending.text_notice(change_id=change.pk)
        (text,) = texts()
        assert text.startswith(old)
        token = address_token(change)
        assert token in text
        address = reverse("msmes:bank_stop", args=[token])
        assert "666777" not in client.get(address).content.decode()
        assert client.get(reverse("msmes:bank_stop", args=[f"{token}x"])).status_code == 404
        assert client.post(address).status_code == 200
        assert BankChange.objects.get().status == "cancelled"
        assert client.post(address).status_code == 409
    with clock.at(FRIDAY + timedelta(days=20)):
        assert changes.apply_due() == []
    assert account_now(world) == "0001"


def test_the_first_account_that_staff_write_down_is_there_at_once(world: World) -> None:
    Msme.objects.filter(pk=world.msmes[0].pk).update(bank_name="", bank_account="", bank_holder="")
    corrected_by_staff(world, bank_name="Bank X", bank_account="666777", bank_holder="Siti")
    assert (account_now(world), BankChange.objects.get().status) == ("666777", "applied")


def test_one_open_change_at_most_also_for_the_database(world: World) -> None:
    with clock.at(FRIDAY):
        first = ask(world)
        second = ask(world, Account(bank_name="B", bank_account="99998888", bank_holder="X"))
        assert BankChange.objects.get(pk=first.pk).status == "cancelled"
        confirm(world, second)
        with pytest.raises(WrongState, match="Batalkan dahulu"):
            ask(world)
        with pytest.raises(WrongState):
            confirm(world, second)
        with pytest.raises(IntegrityError), transaction.atomic():
            BankChange.objects.filter(pk=first.pk).update(status="asked", ended_at=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            BankChange.objects.filter(pk=second.pk).update(confirmed_at=None)


@pytest.mark.parametrize(
    ("account", "field"),
    [
        (Account(bank_name="Bank"), "bank_account"),
        (Account(bank_name="Bank", bank_account="rekening", bank_holder="X"), "bank_account"),
        (Account(bank_name="Bank Contoh", bank_account="0001", bank_holder="Pemilik CTH-0"), "bank_account"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(world: World, account: Account, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(world, account)
    assert refusal.value.field == field
    assert not BankChange.objects.exists()


def test_another_msme_neither_sees_nor_stops_it(world: World) -> None:
    change = ask(world)
    for act in (changes.send_code, changes.cancel_change):
        with pytest.raises(NotFound):
            act(change_id=change.pk, actor=world.actor("owner1"))
    with pytest.raises(NotPermitted):
        changes.cancel_change(change_id=change.pk, actor=world.actor("helper0"))


def test_a_wish_that_nobody_confirms_lapses(world: World) -> None:
    with clock.at(FRIDAY):
        change = ask(world)
    with clock.at(FRIDAY + timedelta(days=4)):
        changes.apply_due()
    assert BankChange.objects.get(pk=change.pk).status == "lapsed"


def test_a_spent_code_has_no_field_and_says_what_to_do(client: Client, world: World) -> None:
    client.force_login(world.people["owner0"])
    change = ask(world)
    bank, confirming = reverse("msmes:bank"), reverse("msmes:bank_confirm", args=[change.pk])
    again = reverse("msmes:bank_code", args=[change.pk])

    def shown() -> tuple[bool, bool]:
        page = client.get(bank).content.decode()
        return 'name="code"' in page, again in page

    assert shown() == (True, True)
    for _guess in range(MOST_TRIES):
        answer = client.post(confirming, {"code": "1"})
    assert answer.status_code == 422
    assert "Kode terakhir tidak berlaku lagi" in answer.content.decode()
    assert shown() == (False, True)
    client.post(again)
    assert shown() == (True, True)
    with clock.at(clock.now() + CODE_LIVES + timedelta(seconds=1)):
        assert shown() == (False, True)
    for _guess in range(MOST_GUESSES - MOST_TRIES):
        answer = client.post(confirming, {"code": "1"})
    assert answer.status_code == 409
    assert "terlalu sering" in answer.content.decode()
    assert 'name="code"' not in answer.content.decode()
    assert shown() == (False, False)
    assert "terlalu sering" in client.get(bank).content.decode()


def test_who_has_no_account_reads_it_at_home_and_at_each_purchase_order(client: Client, world: World) -> None:
    part = world.approved([60], [world.msmes[0]]).purchase_orders.get()
    home, page = reverse("msmes:home"), reverse("orders:purchase_order", args=[part.pk])
    client.force_login(world.people["owner0"])
    assert "Rekening belum diisi" not in client.get(home).content.decode()
    Msme.objects.filter(pk=world.msmes[0].pk).update(**dict.fromkeys(FIELDS, ""))
    for address in (home, page, reverse("msmes:profile")):
        text = client.get(address).content.decode()
        assert "Rekening belum diisi. Tanpa rekening, bendahara tidak dapat membayar" in text
        assert re.search(rf'href="{reverse("msmes:bank")}(ubah/|)">Isi rekening', text)
    client.force_login(world.people["helper0"])
    for address in (home, page):
        text = client.get(address).content.decode()
        assert "Mintalah pemilik usaha mengisinya." in text
        assert ">Isi rekening" not in text


def test_the_pages_lead_from_the_wish_to_the_day(client: Client, world: World) -> None:
    client.force_login(world.people["owner0"])
    edit, bank = reverse("msmes:bank_edit"), reverse("msmes:bank")
    form = client.get(edit).context["form"]
    said = {name: getattr(NEW, name) for name in FIELDS} | {"versi": form.opened.version}
    assert client.post(edit, said).status_code == 302
    change = BankChange.objects.get()
    page = client.get(bank).content.decode()
    assert f"berakhiran {change.told_to[-3:]}" in page
    confirming = reverse("msmes:bank_confirm", args=[change.pk])
    wrong = client.post(confirming, {"code": "1"})
    assert wrong.status_code == 422
    assert "Kode itu salah" in wrong.content.decode()
    assert client.post(reverse("msmes:bank_code", args=[change.pk])).status_code == 302
    code = changes.CODES.of(BankChange.objects.get())
    assert client.post(confirming, {"code": code}).status_code == 302
    page = client.get(bank).content.decode()
    assert "Rekening lain berlaku mulai" in page
    assert client.get(edit).status_code == 200
    client.force_login(world.people["coordinator"])
    detail = client.get(reverse("msmes:detail", args=[world.msmes[0].pk])).content.decode()
    stop = reverse("msmes:bank_cancel", args=[change.pk])
    assert stop in detail
    assert client.post(stop).status_code == 302
    assert BankChange.objects.get().status == "cancelled"


def test_whoever_pays_reads_the_change_and_what_the_paper_prints(client: Client, world: World) -> None:
    order = world.delivered([60], [world.msmes[0]])
    part = PurchaseOrder.objects.get(order=order, msme=world.msmes[0])
    address = reverse("orders:settle", args=[part.pk])
    client.force_login(world.people["treasurer"])
    assert "Rekening, juga pada surat pesanan: Bank Contoh · 0001" in client.get(address).content.decode()
    change = confirm(world, ask(world))
    page = client.get(address).content.decode()
    assert "Rekening akan berubah dari ••••0001 menjadi ••••5678 mulai" in page
    assert "Rekening, juga pada surat pesanan: Bank Contoh · 0001" in page
    with clock.at(clock.now() + timedelta(days=9)):
        changes.apply_due()
        page = client.get(address).content.decode()
    assert "Rekening pada surat pesanan: Bank Contoh · 0001" in page
    assert f"Rekening diubah dari ••••0001 menjadi ••••5678 oleh {change.asked_by}" in page


def test_whoever_signs_reads_of_a_change_that_waits(client: Client, world: World) -> None:
    order = world.quoted([60], [world.msmes[0]])
    confirm(world, ask(world))
    client.force_login(world.people["approver"])
    page = client.get(reverse("orders:approve", args=[order.pk])).content.decode()
    assert "Rekening akan berubah dari ••••0001 menjadi ••••5678 mulai" in page


def test_a_paper_of_the_day_on_which_it_applies_prints_it(world: World) -> None:
    order = world.quoted([60], [world.msmes[0]])
    confirm(world, ask(world))
    with clock.at(clock.now() + timedelta(days=9)):
        world.approve(order)
    assert account_now(world) == "0012345678"


def test_of_two_confirmations_and_a_stop_at_once_one_wins(world: World) -> None:
    for _round in range(6):
        change = ask(world)
        fresh = BankChange.objects.get(pk=change.pk)
        said: dict[str, Any] = {"change_id": change.pk, "actor": world.actor("owner0")}
        code = changes.CODES.of(fresh)
        confirm = partial(changes.confirm_change, code=code, **said)
        results = run_together(confirm, confirm, partial(changes.cancel_change, **said))
        won = [one for one in results if isinstance(one, BankChange)]
        now = BankChange.objects.get(pk=change.pk)
        # A stop after the confirmation is possible too; a confirmation after the stop is not, nor a second one.
        assert [one.status for one in won].count("confirmed") <= 1
        assert all(isinstance(one, BankChange | WrongState) for one in results)
        events = Event.objects.filter(subject=f"bankchange:{change.pk}", verb="msme.bank_confirm").count()
        assert events == [one.status for one in won].count("confirmed")
        if now.status == "confirmed":
            changes.cancel_change(**said)
        BankChange.objects.all().delete()
    assert list(verify()) == []
