"""Scheduled work goes through its rows one by one: a row that fails holds up no other, and is seen."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from accounts.acting import Actor
from accounts.inviting import inviting
from accounts.models import BreachNotice, ErasureRequest, Invitation
from accounts.privacy import breaches
from accounts.privacy.erasure import reminding, requests
from expo.models import Edition, ReportLanguage
from expo.report import report
from msmes.banking import changes
from msmes.banking.account import Account
from msmes.capacity import capacity, declaring
from msmes.models import CapacityWeek, Certificate, Msme
from msmes.own import certificates
from orders.act import Act
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.chasing import chase
from orders.models import Amendment, Order
from orders.quoting import quote
from procurement import clock
from procurement.celery import app
from procurement.files import sweeping
from procurement.models import Duty, Job, OutboxMessage
from procurement.work import jobs, retention
from procurement.work.each import one_by_one
from procurement.working_days import monday_of
from tests.factories import World, make_user, make_world

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


# --- The mechanism -------------------------------------------------------------------------------------------


def test_what_fails_is_left_and_the_others_are_done(caplog: pytest.LogCaptureFixture) -> None:
    def work(key: int) -> int:
        if key % 3 == 0:
            raise ValueError(f"no {key}")
        return key * 10

    outcome = one_by_one("tests.duty", range(1, 8), work)
    assert outcome.results == [10, 20, 40, 50, 70]
    assert outcome.failures == [("3", "ValueError: no 3"), ("6", "ValueError: no 6")]
    row = Duty.objects.get(name="tests.duty")
    assert (row.done, row.failed, row.failures) == (
        5,
        2,
        [["3", "ValueError: no 3"], ["6", "ValueError: no 6"]],
    )
    assert [record.getMessage() for record in caplog.records] == [
        "tests.duty: 3 failed",
        "tests.duty: 6 failed",
    ]
    one_by_one("tests.duty", [1], work)
    assert Duty.objects.get(name="tests.duty").failed == 0, "only the last run is kept"


def test_at_its_time_limit_it_ends_and_says_how_far_it_came() -> None:
    def work(key: int) -> None:
        if key == 3:
            raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        one_by_one("tests.duty", range(1, 8), work)
    assert Duty.objects.get(name="tests.duty").done == 2


# --- Every duty of beat --------------------------------------------------------------------------------------


def three_orders(world: World) -> list[int]:
    return [world.requested([30]).pk for _each in range(3)]


def poison_order(monkeypatch: pytest.MonkeyPatch, order_id: int) -> None:
    save = Act.save

    def fails(act: Act) -> Any:
        if act.order.pk == order_id:
            raise RuntimeError("a fault of this order")
        return save(act)

    monkeypatch.setattr(Act, "save", fails)


def states(ids: Sequence[int]) -> list[str]:
    return [str(Order.objects.get(pk=pk).status) for pk in ids]


def quotes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        ids = [world.quoted([30]).pk for _each in range(3)]
    poison_order(monkeypatch, ids[0])
    with clock.at(MONDAY + timedelta(days=40)):
        assert quote.expire_quotes() == 2
    assert states(ids) == ["quoted", "lost", "lost"]


def questions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        ids = three_orders(world)
        for pk in ids:
            ask(world, pk)
    poison_order(monkeypatch, ids[1])
    with clock.at(MONDAY + timedelta(days=9)):
        assert asking.expire_asks() == 2
    found = [Order.objects.get(pk=pk).allocations.get().status for pk in ids]
    assert found == ["expired", "asked", "expired"]


def ask(world: World, order_id: int) -> None:
    line = Order.objects.get(pk=order_id).lines.get()
    asking.ask_msmes(
        order_id=order_id,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=30)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )


def addenda(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        rows = []
        for order in [world.approved([30]) for _each in range(3)]:
            share = order.allocations.get(msme=world.msmes[0])
            assert share.ready_on is not None
            rows.append(
                amend.propose_date(
                    order_id=order.pk,
                    allocation_id=share.pk,
                    ready_on=share.ready_on + timedelta(days=1),
                    reason="Bahan terlambat",
                    actor=world.actor("coordinator"),
                )
            )
    poison_order(monkeypatch, rows[0].order_id)
    with clock.at(MONDAY + timedelta(days=60)):
        assert amend.expire_addenda() == 3
    found = [Amendment.objects.get(pk=row.pk).status for row in rows]
    assert found[0] == "proposed"
    assert "proposed" not in found[1:]


def rounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        ids = three_orders(world)
        for pk in ids:
            sourcing.start_sourcing(
                order_id=pk,
                rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
                actor=world.actor("coordinator"),
            )
    poison_order(monkeypatch, ids[0])
    with clock.at(MONDAY + timedelta(days=5)):
        assert sourcing.advance_due() == 3
    found = [Order.objects.get(pk=pk).sourcing.round for pk in ids]
    assert found == [1, 2, 2]


def stuck(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        ids = three_orders(world)
    poison_order(monkeypatch, ids[2])
    with clock.at(MONDAY + timedelta(days=60)):
        assert chase.escalate_stuck() == 2
    found = [Order.objects.get(pk=pk).chase_notes.count() for pk in ids]
    assert found == [1, 1, 0]


def reports(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    editions = [world.edition, *(another_edition(world, number) for number in (901, 902))]
    with clock.at(MONDAY):
        for edition in editions:
            report.schedule_report(
                actor=world.actor("coordinator"),
                edition_id=edition.pk,
                weekday=0,
                language=ReportLanguage.values[0],
                is_active=True,
            )
        with monkeypatch.context() as patch:
            fail_for(patch, report, "_ask", lambda args: args[1] == editions[0].pk)
            assert report.send_reports() == 2
        kept = list(Duty.objects.all())
        assert report.send_reports() == 1, "what failed is asked for when it can be"
        assert report.send_reports() == 0
    for row in kept:
        row.save()


def another_edition(world: World, number: int) -> Edition:
    return Edition.objects.create(
        organiser=world.edition.organiser,
        number=number,
        name=f"Expo {number}",
        venue="Surabaya",
        starts_on=world.edition.starts_on,
        ends_on=world.edition.ends_on,
    )


def reviews(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = world.actor("coordinator")
    ids = [
        Job.objects.create(
            kind="msmes.import", title="Impor", organisation=coordinator.organisation, status="review"
        ).pk
        for _each in range(3)
    ]
    Job.objects.update(created_at=clock.now() - timedelta(days=60))
    fail_for(monkeypatch, jobs, "discard_job", lambda args, job: job.pk == ids[0])
    assert jobs.forget_reviews() == 2
    assert list(Job.objects.order_by("pk").values_list("status", flat=True)) == ["review", "failed", "failed"]


def weeks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        for place in range(3):
            capacity.set_usual_week(
                msme_id=world.msmes[place].pk,
                product_id=world.products[0].pk,
                usual=60,
                actor=world.actor(f"owner{place}"),
            )
    fail_for(monkeypatch, declaring, "_refresh", lambda args: args[0].pk == world.msmes[0].pk)
    with clock.at(MONDAY + timedelta(weeks=3)):
        assert capacity.extend_horizon() == 2
        last = monday_of(clock.today()) + timedelta(weeks=capacity.HORIZON_WEEKS - 1)
    extended = CapacityWeek.objects.filter(week=last).order_by("msme")
    assert [row.msme_id for row in extended] == [msme.pk for msme in world.msmes[1:3]]


def accounts_of_msmes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(bank_name="Bank Lain", bank_account="99998888", bank_holder="Siti")
    with clock.at(MONDAY):
        for place in range(3):
            owner = world.actor(f"owner{place}")
            wish = changes.ask_change(msme_id=world.msmes[place].pk, account=account, actor=owner)
            changes.confirm_change(change_id=wish.pk, code=changes.CODES.of(wish), actor=owner)
    fail_for(monkeypatch, changes, "_apply", lambda args: args[0].msme_id == world.msmes[1].pk)
    with clock.at(MONDAY + timedelta(days=9)):
        assert len(changes.apply_due()) == 2
    rows = Msme.objects.filter(bank_account="99998888").order_by("pk")
    assert [row.pk for row in rows] == [world.msmes[0].pk, world.msmes[2].pk]


def certificates_of_msmes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    with clock.at(MONDAY):
        for place in range(3):
            said = certificates.CertificateInput(
                kind="pirt",
                number=f"P-{place}",
                issuer="Dinas Kesehatan",
                issued_on=clock.today(),
                valid_until=clock.today() + timedelta(days=40),
            )
            owner, msme_id = world.actor(f"owner{place}"), world.msmes[place].pk
            keys.append(certificates.set_certificate(msme_id=msme_id, certificate=said, actor=owner).pk)
    fail_for(monkeypatch, certificates, "_locked", lambda args: args[0] == world.msmes[1].pk)
    with clock.at(MONDAY + timedelta(days=12)):
        assert certificates.remind_of_ends() == 2
    assert list(Certificate.objects.filter(reminded_of__isnull=True).values_list("pk", flat=True)) == [
        keys[1]
    ]


def breaches_of_data(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        said = breaches.BreachInput(
            found_at=clock.now(),
            data="Nama",
            people=1,
            cause="Salah kirim",
            measures="Ditarik",
            contact="Humas",
        )
        keys = [
            breaches.record_breach(breach=said, actor=world.actor("coordinator")).pk for _place in range(3)
        ]
    fail_for(monkeypatch, breaches, "_remind", lambda args: args[0] == keys[1])
    with clock.at(MONDAY + timedelta(hours=50)):
        assert breaches.remind_breaches() == 2
    assert list(BreachNotice.objects.filter(reminded_at=None).values_list("pk", flat=True)) == [keys[1]]


def invitations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        rows = [
            inviting.invite_member(
                email=f"diundang{place}@contoh.id",
                name="Diundang",
                organisation_id=world.institution.pk,
                roles=["receiver"],
                actor=world.actor("coordinator"),
            ).pk
            for place in range(3)
        ]
    fail_for(monkeypatch, inviting, "_expire", lambda args: args[0][0] == rows[1])
    with clock.at(MONDAY + timedelta(days=15)):
        assert inviting.expire_invitations() == 2
    assert list(Invitation.objects.filter(status="open").values_list("pk", flat=True)) == [rows[1]]


def requests_for_erasure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(MONDAY):
        people = [make_user(f"pergi{place}@contoh.id", f"Orang Pergi {place}") for place in range(3)]
        keys = [requests.ask_for_erasure(actor=Actor(user=person, organisation=None)).pk for person in people]
    fail_for(monkeypatch, reminding, "_remind", lambda args: args[0] == keys[1])
    with clock.at(MONDAY + timedelta(hours=50)):
        assert reminding.remind_erasures() == 2
    assert list(ErasureRequest.objects.filter(reminded_at=None).values_list("pk", flat=True)) == [keys[1]]


def fail_for(patch: pytest.MonkeyPatch, module: Any, name: str, is_it: Callable[..., bool]) -> None:
    body = getattr(module, name)

    def fails(*args: Any, **named: Any) -> Any:
        if is_it(args, **{key: value for key, value in named.items() if key == "job"}):
            raise RuntimeError("a fault of this row")
        return body(*args, **named)

    patch.setattr(module, name, fails)


def old_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    OutboxMessage.objects.create(topic="x", key="old", due_at=clock.now(), done_at=clock.now())
    OutboxMessage.objects.update(done_at=timezone.now() - timedelta(days=90))
    (outbox,) = [kind for kind in retention.kinds() if kind.name == "outbox"]
    broken = replace(outbox, name="broken", forget=lambda rows: 1 / 0)
    monkeypatch.setattr(retention, "_kinds", {"broken": broken, **retention._kinds})
    assert retention.forget_old() == 1
    assert not OutboxMessage.objects.exists()


def files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(names: list[str]) -> list[str]:
        raise RuntimeError("a fault of this folder")

    storage = storages["documents"]
    name = storage.save("contoh-sapuan/lama.jpg", ContentFile(b"x"))
    for folder in ("contoh-rusak", "contoh-sapuan"):
        storage.save(f"{folder}/satu.jpg", ContentFile(b"x"))
    known = {"contoh-rusak": broken, "contoh-sapuan": lambda names: [one for one in names if "satu" in one]}
    monkeypatch.setattr(sweeping, "_folders", known)
    monkeypatch.setattr(sweeping, "YOUNG", timedelta(days=-1))
    assert sweeping.sweep() == 1
    assert not storage.exists(name)


LOOPS: dict[str, Callable[[World, pytest.MonkeyPatch], None]] = {
    "orders.expire_quotes": quotes,
    "orders.expire_asks": questions,
    "orders.expire_addenda": addenda,
    "orders.advance_sourcing_due": rounds,
    "orders.escalate_stuck": stuck,
    "expo.send_reports": reports,
    "procurement.forget_reviews": reviews,
    "procurement.forget_old": old_rows,
    "procurement.sweep_files": files,
    "msmes.extend_capacity": weeks,
    "msmes.apply_bank_changes": accounts_of_msmes,
    "msmes.remind_of_certificates": certificates_of_msmes,
    "accounts.remind_breaches": breaches_of_data,
    "accounts.expire_invitations": invitations,
    "accounts.remind_erasures": requests_for_erasure,
}
"""What goes through rows, by the name of its task and its duty: three rows are due and one of them fails."""

ONE_ACT = {
    "procurement.analyze": "one statement",
    "expo.roll": "batches of one ledger in their order: what comes after one that fails must wait for it",
    "orders.reconcile": "it keeps what it found by itself",
    "orders.go_on_reconciling": "the same check, step by step: a step that fails is taken again a minute later",
}


def test_every_scheduled_task_is_known_here() -> None:
    """Whoever adds one says whether it goes through rows, and if so what happens when one of them fails."""
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    assert scheduled <= set(app.tasks)
    assert not set(LOOPS) & set(ONE_ACT)
    assert set(LOOPS) | set(ONE_ACT) >= scheduled


@pytest.mark.parametrize("duty", LOOPS)
def test_a_row_that_fails_holds_up_no_other(duty: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    LOOPS[duty](world, monkeypatch)
    row = Duty.objects.get(name=duty)
    assert row.failed == 1
    assert len(row.failures) == 1


# --- And nobody loops by hand --------------------------------------------------------------------------------

IN_ORDER = {
    "expo.ledger.rollup.roll": ONE_ACT["expo.roll"],
    "procurement.work.retention.forget": "portions of one kind: the next one is what this one left",
}
"""Loops that open a transaction in each turn and may, and why."""


def test_no_scheduled_loop_opens_transactions_by_hand() -> None:
    """From each task through everything that it calls: rows are gone through by :func:`one_by_one` alone."""
    app.loader.import_default_modules()
    tasks = [app.tasks[str(entry["task"])].run for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    reached: dict[str, Callable[..., Any]] = {}
    for task in tasks:
        collect(inspect.unwrap(task), reached)
    assert "orders.asking.asking._expire_asks" in reached, "the search follows what is handed on as well"
    found = {name for name, function in reached.items() if any(map(opens(function), loops(function)))}
    found -= {"procurement.work.each.one_by_one"}
    assert found == set(IN_ORDER)


def test_the_search_sees_a_loop_by_hand() -> None:
    assert any(map(opens(by_hand), loops(by_hand)))


def by_hand() -> None:
    for order_id in (1, 2):
        chase.escalate(order_id=order_id)


def collect(function: Callable[..., Any], reached: dict[str, Callable[..., Any]]) -> None:
    """Everything of the project that the function names, and what that names."""
    name = f"{function.__module__}.{function.__qualname__}"
    if name not in reached and function.__module__.partition(".")[0] in APPS:
        reached[name] = function
        for node in ast.walk(tree_of(function)):
            for named in functions_of(node, function):
                collect(named, reached)


APPS = ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders")


@cache
def tree_of(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def functions_of(node: ast.AST, within: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The function that a name or ``module.name`` means there; none for anything else."""
    module: Any = sys.modules[within.__module__]
    found: Any = None
    if isinstance(node, ast.Name):
        found = getattr(module, node.id, None)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        found = getattr(getattr(module, node.value.id, None), node.attr, None)
    found = inspect.unwrap(found) if callable(found) else None
    return [found] if inspect.isfunction(found) else []


def loops(function: Callable[..., Any]) -> list[ast.AST]:
    kinds = ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    return [node for node in ast.walk(tree_of(function)) if isinstance(node, kinds)]


def opens(within: Callable[..., Any]) -> Callable[[ast.AST], bool]:
    """Whether a part of a function opens a transaction, itself or by what it calls."""

    def opens_one(part: ast.AST, function: Callable[..., Any], seen: frozenset[str]) -> bool:
        for node in ast.walk(part):
            if isinstance(node, ast.With) and any(map(is_transaction, node.items)):
                return True
            for called in functions_of(node.func, function) if isinstance(node, ast.Call) else ():
                name = f"{called.__module__}.{called.__qualname__}"
                if called.__module__.partition(".")[0] not in APPS or name in seen:
                    continue
                if opens_one(tree_of(called), called, seen | {name}):
                    return True
        return False

    return lambda part: opens_one(part, within, frozenset())


def is_transaction(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in ("atomic", "act_on")
