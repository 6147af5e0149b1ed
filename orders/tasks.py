"""Scheduled work of ``orders``; each task calls one verb."""

from celery import shared_task

from accounts.acting import actor_of_job
from orders import reconcile
from orders.amending import amend
from orders.asking import asking, link_sending, links, sourcing
from orders.chasing import chase
from orders.quoting import quote
from orders.requesting.resources import LineResource
from orders.split import propose
from procurement.spreadsheets.work import run_import
from procurement.work.outbox import outbox_task


@shared_task(name="orders.expire_quotes")
def expire_quotes() -> None:
    """Every five minutes: quotes past their last day."""
    quote.expire_quotes()


@shared_task(name="orders.expire_asks")
def expire_asks() -> None:
    """Every five minutes: questions past their deadline."""
    asking.expire_asks()


@shared_task(name="orders.expire_addenda")
def expire_addenda() -> None:
    """Every night: addenda whose day has passed without a decision."""
    amend.expire_addenda()


@shared_task(name="orders.reconcile")
def reconcile_ledger() -> None:
    """Nightly: the ledger against the rows, as many steps as a task may take; the outcome is shown on the dashboard."""
    reconcile.advance(reconcile.begin())


@shared_task(name="orders.go_on_reconciling")
def go_on_reconciling() -> None:
    """Every minute: the next steps of a check that is not over, also of one whose worker died."""
    reconcile.go_on()


@outbox_task("orders.import")
def import_lines(job_id: int) -> None:
    """Write a confirmed sheet of order lines."""
    run_import(
        job_id,
        actor_of=actor_of_job,
        build=lambda actor, parameters, locking: LineResource(
            actor=actor, parameters=parameters, locking=locking
        ),
    )


@shared_task(name="orders.advance_sourcing_due")
def advance_sourcing_due() -> None:
    """Every five minutes: rounds that have ended."""
    sourcing.advance_due()


@outbox_task("orders.advance_sourcing")
def advance_sourcing(order_id: int) -> None:
    """After an answer: what was declined is offered on at once."""
    sourcing.advance_sourcing(order_id=order_id)


@outbox_task("orders.remind_ask")
def remind_ask(order_id: int, msme_id: int) -> None:
    sourcing.remind_ask(order_id=order_id, msme_id=msme_id)


@outbox_task("orders.send_link")
def send_link(link_id: int) -> None:
    link_sending.text_link(link_id=link_id)


@outbox_task("orders.send_code")
def send_code(link_id: int) -> None:
    links.text_code(link_id=link_id)


@outbox_task("orders.propose_split")
def propose_split(job_id: int) -> None:
    """Answer a question for a split, scenario by scenario."""
    propose.answer_proposal(job_id=job_id)


@shared_task(name="orders.escalate_stuck")
def escalate_stuck() -> None:
    """Every morning: escalate orders without progress."""
    chase.escalate_stuck()
