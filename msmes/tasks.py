"""Jobs of ``msmes`` that the outbox hands over, and scheduled work."""

from datetime import date

from celery import shared_task

from accounts.acting import actor_of_job
from msmes import photos
from msmes.banking import changes, sending
from msmes.capacity import capacity
from msmes.own import certificates
from msmes.register.resources import MsmeResource
from procurement import clock
from procurement.spreadsheets.work import run_import
from procurement.work import outbox
from procurement.work.outbox import outbox_task

SECONDS = 25.0
"""How long one message works; the next goes on with the MSMEs that are left."""


@shared_task(name="msmes.extend_capacity")
def extend_capacity() -> None:
    """Every night: each plan keeps a year of weeks ahead, and what is overdue is held in weeks to come."""
    _extend_on(clock.today(), 0)


@outbox_task("msmes.extend_capacity_on")
def extend_capacity_on(day: str, after: int) -> None:
    """The rest of a night's work, after an MSME. What is left of an older day is done by a newer one."""
    if day == clock.today().isoformat():
        _extend_on(clock.today(), after)


def _extend_on(day: date, after: int) -> None:
    _count, last = capacity.extend_after(after, seconds=SECONDS)
    if last is not None:
        outbox.write(
            [
                outbox.message(
                    "msmes.extend_capacity_on",
                    key=f"capacity:{day.isoformat()}:{last}",
                    payload={"day": day.isoformat(), "after": last},
                )
            ]
        )


@shared_task(name="msmes.apply_bank_changes")
def apply_bank_changes() -> None:
    """Every few minutes: accounts whose day has come, and wishes that nobody confirmed."""
    changes.apply_due()


@shared_task(name="msmes.remind_of_certificates")
def remind_of_certificates() -> None:
    """Every morning: certificates that end within thirty days."""
    certificates.remind_of_ends()


@outbox_task("msmes.send_bank_code")
def send_bank_code(change_id: int) -> None:
    sending.text_code(change_id=change_id)


@outbox_task("msmes.send_bank_notice")
def send_bank_notice(change_id: int) -> None:
    sending.text_notice(change_id=change_id)


@outbox_task("msmes.send_phone_notice")
def send_phone_notice(msme_id: int, happened_at: str) -> None:
    sending.text_phone_changed(msme_id=msme_id, happened_at=happened_at)


@outbox_task("msmes.draw_photo")
def draw_photo(kind: str, photo_id: int) -> None:
    """The sizes in which pages show a photo."""
    photos.draw(kind=kind, photo_id=photo_id)


@outbox_task("msmes.import")
def import_msmes(job_id: int) -> None:
    """Write a confirmed sheet of MSMEs."""
    run_import(
        job_id,
        actor_of=actor_of_job,
        build=lambda actor, parameters, locking: MsmeResource(
            actor=actor, parameters=parameters, locking=locking
        ),
    )
