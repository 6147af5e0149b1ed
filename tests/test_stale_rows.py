"""A row that was read before a lock is never written back whole: what somebody else wrote meanwhile stays.

Every test here lets the other person act between the reading and the writing. That no other place of the project does
it is held by ``tests.harness.stale``, which watches every test, and by the table of whole-row writers at the end.
"""

import ast
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.forms import ProfileForm
from accounts.models import Organisation, User
from msmes.models import Msme
from msmes.register import registry
from msmes.register.registry import Contact, Identity
from orders.asking import asking, links
from orders.asking.asking import Answer
from orders.models import AnswerLink, Order
from procurement import clock
from procurement.admin import ChangedFieldsAdmin
from procurement.errors import NotFound
from procurement.models import Event, Job, OutboxMessage
from procurement.work import jobs, outbox
from tests.factories import PASSWORD, World, make_world
from tests.harness import stale

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def meanwhile(patch: pytest.MonkeyPatch, owner: Any, name: str, act: Callable[[], object]) -> None:
    """After the first call of ``owner.name`` somebody else acts."""
    body = getattr(owner, name)
    acted: list[bool] = []

    def first_then(*args: Any, **options: Any) -> Any:
        result = body(*args, **options)
        if not acted:
            acted.append(True)
            act()
        return result

    patch.setattr(owner, name, first_then)


# --- Links ---------------------------------------------------------------------------------------------------


def asked(world: World) -> tuple[Order, AnswerLink, str]:
    order = world.requested([100])
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=100)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )
    link = order.answer_links.get()
    return order, link, links.token_of(link)


def revoke(world: World, link: AnswerLink) -> None:
    links.revoke_link(link_id=link.pk, actor=world.actor("coordinator"))


def test_a_link_that_is_revoked_while_its_code_is_sent_stays_revoked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order, link, token = asked(world)
    meanwhile(monkeypatch, links, "_find", lambda: revoke(world, link))
    with pytest.raises(links.LinkOver, match="dicabut"):
        links.send_code(token=token)
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert link.code_salt == ""
    assert not OutboxMessage.objects.filter(topic="orders.send_code").exists()


def test_a_link_that_is_used_while_another_code_is_sent_stays_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order, link, token = asked(world)
    used = clock.now()
    meanwhile(monkeypatch, links, "_find", lambda: AnswerLink.objects.filter(pk=link.pk).update(used_at=used))
    with pytest.raises(links.LinkOver, match="sudah dipakai"):
        links.send_code(token=token)
    link.refresh_from_db()
    assert link.used_at == used


def test_no_answer_by_a_link_that_is_revoked_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order, link, token = asked(world)
    row = order.allocations.get()
    meanwhile(monkeypatch, links, "_find", lambda: revoke(world, link))
    with pytest.raises(links.LinkOver, match="dicabut"):
        links.answer_by_link(token=token, answers=[Answer(allocation_id=row.pk, quantity=0, reason="Penuh")])
    assert order.allocations.get().status == "asked"


def test_the_page_says_that_the_link_was_revoked_while_the_code_was_asked_for(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ANSWER_CODE_ABOVE = 0
    order, link, token = asked(world)
    row = order.allocations.get()
    send = links.send_code

    def revoked_before(*, token: str) -> AnswerLink:
        revoke(world, link)
        return send(token=token)

    monkeypatch.setattr(links, "send_code", revoked_before)
    prefix = f"answer-{row.pk}"
    answer = client.post(
        reverse("orders:answer_link", args=[token]),
        {
            f"{prefix}-say": "all",
            f"{prefix}-price": "90000",
            f"{prefix}-ready_on": (clock.today() + timedelta(days=20)).isoformat(),
            "step": "send",
        },
    )
    assert answer.status_code == 409
    assert "dicabut" in answer.content.decode()


def test_an_unknown_link_cannot_be_revoked(world: World) -> None:
    with pytest.raises(NotFound):
        links.revoke_link(link_id=0, actor=world.actor("coordinator"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_sends_a_code_waits_for_the_revocation_and_sees_it() -> None:
    """Two connections: the revocation is not committed yet when the code is asked for."""
    world = make_world()
    _order, link, token = asked(world)
    said: list[object] = []

    def send() -> None:
        try:
            links.send_code(token=token)
        except links.LinkOver as over:
            said.append(over)
        finally:
            connection.close()

    sender = threading.Thread(target=send)
    with transaction.atomic():
        AnswerLink.objects.select_for_update().get(pk=link.pk)
        sender.start()
        while not waits_for_a_lock():
            assert sender.is_alive(), "it did not wait"
        AnswerLink.objects.filter(pk=link.pk).update(revoked_at=clock.now())
    sender.join(timeout=60)
    assert len(said) == 1
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert link.code_salt == ""


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid())")
        return bool(cursor.fetchone()[0])


# --- People --------------------------------------------------------------------------------------------------


def end_account(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False, is_staff=False)


def test_an_account_that_is_ended_while_its_profile_is_saved_stays_ended(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = world.people["requester"]
    client.force_login(user)
    meanwhile(monkeypatch, ProfileForm, "is_valid", lambda: end_account(user))
    client.post(reverse("accounts:profile"), {"name": "Nama Baru", "phone": "", "language": "en"})
    user.refresh_from_db()
    assert (user.name, user.language, user.is_active) == ("Nama Baru", "en", False)


def test_an_account_that_is_ended_while_its_password_is_hashed_stays_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User.objects.get(pk=world.people["requester"].pk)
    meanwhile(monkeypatch, User, "set_password", lambda: end_account(user))
    AccountAdapter().set_password(user, PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not user.is_active


def test_the_back_office_writes_only_what_was_changed(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody chooses a password while the back office saves the name: the password stays."""
    user = world.people["requester"]
    row = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(password="chosen meanwhile")
    row.name = "Nama dari pengelola"
    form: Any = type("Form", (), {"changed_data": ["name", "groups"]})()
    ChangedFieldsAdmin(User, admin.site).save_model(None, row, form, change=True)  # type: ignore[arg-type]
    user.refresh_from_db()
    assert (user.name, user.password) == ("Nama dari pengelola", "chosen meanwhile")


# --- Registers -----------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_changes_an_msme_waits_for_its_organisation_as_well() -> None:
    """The name lies in the organisation: what is read of it must be what is there when the lock is had."""
    world = make_world()
    msme = world.msmes[0]
    said = said_of(msme)
    actor = world.actor("coordinator")

    def change() -> None:
        try:
            registry.change_msme(msme_id=msme.pk, actor=actor, **said)
        finally:
            connection.close()

    other = threading.Thread(target=change)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=msme.pk)
        other.start()
        while not waits_for_a_lock():
            assert other.is_alive(), "it did not wait"
        Organisation.objects.filter(pk=msme.pk).update(name="Nama sementara")
    other.join(timeout=60)
    (event,) = Event.objects.filter(verb="msme.change", party=msme.pk)
    assert event.changes["name"][0] == "Nama sementara"


def said_of(msme: Msme) -> dict[str, Any]:
    organisation = msme.organisation
    identity = Identity(
        name=organisation.name,
        code=organisation.code,
        size=msme.size,
        district_id=msme.district_id,
        owner_name=msme.owner_name,
        nib=msme.nib,
        npwp=msme.npwp,
        is_taxable=msme.is_taxable,
    )
    contact = Contact(
        address=msme.address,
        phone=msme.phone,
        bank_name=msme.bank_name,
        bank_account=msme.bank_account,
        bank_holder=msme.bank_holder,
    )
    return {"identity": identity, "contact": contact}


# --- Workers -------------------------------------------------------------------------------------------------


def job_of(world: World) -> Job:
    return Job.objects.create(
        kind="msmes.import", title="Impor", organisation=world.actor("coordinator").organisation
    )


def test_a_worker_that_was_thought_lost_writes_nothing_over_a_finished_job(world: World) -> None:
    job = job_of(world)

    def work(_job: Job, progress: Callable[[int, int], None]) -> dict[str, Any]:
        jobs.finish(job.pk, {"sentence": "Yang lain sudah selesai"})
        progress(1, 9)
        jobs.hold(job.pk)
        return {"sentence": "Terlambat"}

    jobs.run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.status, job.result, job.total) == ("done", {"sentence": "Yang lain sudah selesai"}, 0)


def test_a_message_that_another_worker_has_done_is_not_marked_failed() -> None:
    outbox.write([outbox.message("tests.nothing", key="tests:1", payload={})])
    row = OutboxMessage.objects.get(key="tests:1")
    row.attempts = outbox.MAX_ATTEMPTS
    OutboxMessage.objects.filter(pk=row.pk).update(done_at=clock.now())
    outbox._note_failure(row, RuntimeError("late"))
    row.refresh_from_db()
    assert (row.failed_at, row.error) == (None, "")


# --- The watch itself, and every writer ----------------------------------------------------------------------


@pytest.fixture
def somewhere_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale, "_writer", lambda: "orders/somewhere.py:1")


@pytest.mark.usefixtures("somewhere_in_the_project")
def test_the_watch_sees_a_row_that_was_read_before(world: World) -> None:
    row = Msme.objects.get(pk=world.msmes[0].pk)
    with pytest.raises(stale.StaleWrite), transaction.atomic():
        row.save()
    with transaction.atomic():
        Msme.objects.get(pk=row.pk).save()
        row.refresh_from_db()
        row.save()
    with transaction.atomic():
        row.save(update_fields=["phone"])


WHOLE: dict[str, str] = {
    "accounts/admin.py:OrganisationAdmin.save_model": "new: it is registered here",
    "accounts/members.py:find_or_make_person": "new: nobody had the address",
    "accounts/organisers.py:_put": "new, or read under the organisation's lock",
    "buyers/register/officers.py:write_officer": "read under the institution's lock",
    "buyers/register/registry.py:_write_unit": "new, or read under the institution's lock",
    "buyers/register/registry.py:_write_site": "new, or read under the institution's lock",
    "msmes/catalogue/offers.py:set_offer": "new, or read under the MSME's lock",
    "msmes/catalogue/offers.py:stop_offer": "read under the MSME's lock",
    "msmes/register/registry.py:put_in_register": "new",
    "msmes/catalogue/catalogue.py:write_category": "new",
    "msmes/banking/changes.py:ask_change": "new",
    "msmes/own/certificates.py:_save": "new, or read under the MSME's lock",
    "expo/begin/coordinator.py:_made": "new: nobody had the address",
    "expo/ledger/rollup.py:roll": "the horizon, locked",
    "expo/ledger/rollup.py:rebuild": "the horizon, locked",
    "expo/editions/editions.py:open_edition": "new",
    "orders/requesting/request.py:draft_order": "new",
    "orders/quoting/approve.py:_sign": "read under the order's lock",
    "orders/asking/link_sending.py:renew_link": "read under its own lock",
    "orders/asking/sourcing.py:start_sourcing": "read under the order's lock",
    "orders/asking/sourcing.py:stop_sourcing": "read under the order's lock",
    "orders/asking/sourcing.py:advance_sourcing": "read under the order's lock",
    "orders/split/propose.py:change_plan": "read under the order's lock",
    "orders/split/propose.py:follow_plan": "read under the order's lock",
    "accounts/joining/applying.py:change_beginning": "read under its own lock",
    "accounts/joining/applying.py:prove_address": "read under its own lock",
    "accounts/joining/applying.py:send_application": "read under its own lock",
    "accounts/joining/applying.py:withdraw_application": "read under its own lock",
    "accounts/joining/deciding.py:deciding": "read under its own lock",
    "accounts/joining/opening.py:set_joining": "read under the lock of its organiser",
    "accounts/privacy/breaches.py:record_breach": "new",
    "accounts/privacy/erasure/again.py:_erase_again": "new, or read under its own lock",
    "accounts/privacy/erasure/requests.py:ask_for_erasure": "new",
    "accounts/privacy/forms.py:ChoosePasswordForm.save": "a form, not a row: allauth writes the password",
    "buyers/own/letterhead.py:set_numbers": "new, or read under the institution's lock",
    "procurement/rows/bulk.py:save_row": "the helper itself; the watch asks its callers",
}
"""Every ``save()`` that writes all columns, and why nobody can have written the row since it was read."""


def test_every_writer_of_whole_rows_is_known() -> None:
    assert set(whole_row_writers()) == set(WHOLE)


def whole_row_writers() -> Iterator[str]:
    for app in stale.APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            inner = path.relative_to(settings.BASE_DIR)
            if not {"migrations", "demo"} & set(inner.parts):
                yield from (f"{inner}:{name}" for name in savers(ast.parse(path.read_text())))


def savers(tree: ast.AST, inside: str = "") -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from savers(node, f"{inside}.{node.name}".lstrip("."))
        else:
            if isinstance(node, ast.Call) and is_whole(node):
                yield inside
            yield from savers(node, inside)


def is_whole(call: ast.Call) -> bool:
    """``row.save()`` of a model: without arguments, or forced to be an UPDATE. ``act.save()`` writes what it locked."""
    named = {keyword.arg for keyword in call.keywords}
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "save"
        and ast.unparse(call.func.value) != "act"
        and not call.args
        and named <= {"force_update"}
    )
