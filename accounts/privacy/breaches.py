"""A breach of personal data (UU 27/2022 Art. 46): its clock, its texts, and the only writer of its row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acting import SYSTEM, Actor
from accounts.messages import MESSAGES
from accounts.models import BreachNotice
from accounts.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.language.said import Said, in_every_language
from procurement.rows.recording import Recorder, differences
from procurement.templatetags.states import DONE, HARM, WAITING, State
from procurement.templatetags.words import angka, waktu_text
from procurement.work.each import one_by_one

WITHIN = timedelta(hours=72)
"""3 × 24 hours from its discovery."""
REMIND_BEFORE = timedelta(hours=24)
TEXTS = ("data", "cause", "measures", "contact")


class BreachStatus(State):
    """Where a breach stands by the clock; it is told when both were told."""

    OPEN = "open", WAITING, "clock", gettext_lazy("harus diberitahukan")
    OVERDUE = "overdue", HARM, "triangle-alert", gettext_lazy("lewat tenggat")
    TOLD = "told", DONE, "circle-check", gettext_lazy("sudah diberitahukan")
    TOLD_LATE = "told_late", HARM, "circle-alert", gettext_lazy("diberitahukan terlambat")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachInput:
    """What is known of a breach; a moment that is not there yet is None."""

    found_at: datetime
    data: str
    people: int
    cause: str
    measures: str
    contact: str
    subjects_told_at: datetime | None = None
    authority_told_at: datetime | None = None
    is_example: bool = False

    def values(self) -> dict[str, object]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def record_breach(*, breach: BreachInput, actor: Actor) -> BreachNotice:
    """Write down a breach that was found; from then on the clock runs. Raises :class:`InvalidInput`."""
    require(may("breach.write", actor))
    values = _checked(breach)
    with transaction.atomic(durable=True):
        row = BreachNotice(organiser_id=actor.organisation_id or 0, **values)
        row.save()
        recorder = Recorder(root=row, actor=actor)
        recorder.record("breach.record", changes=differences({}, values))
        recorder.flush()
        return row


def change_breach(
    *, breach_id: int, breach: BreachInput, actor: Actor, unchanged: Unchanged = anything
) -> BreachNotice:
    """Write what is known now, and who was told when. The same again leaves no event."""
    values = _checked(breach)
    with transaction.atomic(durable=True):
        row = BreachNotice.objects.visible_to(actor).select_for_update().filter(pk=breach_id).first()
        if row is None:
            raise NotFound(_("Pelanggaran ini tidak ada, atau bukan milik penyelenggara Anda."))
        require(may("breach.write", actor))
        unchanged()
        changes = differences({name: getattr(row, name) for name in values}, values)
        if changes:
            recorder = Recorder(root=row, actor=actor)
            for name in changes:
                setattr(row, name, values[name])
            recorder.record("breach.change", changes=changes)
            recorder.flush()
        return row


def remind_breaches() -> int:
    """Beat: tell the coordinators once, a day before the time is over; an exercise tells nobody."""
    near = BreachNotice.objects.untold().filter(
        reminded_at__isnull=True, is_example=False, found_at__lte=clock.now() - (WITHIN - REMIND_BEFORE)
    )
    ids = list(near.order_by("found_at", "pk").values_list("pk", flat=True))
    return sum(one_by_one("accounts.remind_breaches", ids, _remind).results)


def _remind(breach_id: int) -> bool:
    with transaction.atomic(durable=True):
        row = (
            BreachNotice.objects.untold()
            .select_for_update()
            .filter(pk=breach_id, reminded_at__isnull=True)
            .first()
        )
        if row is None:
            return False
        recorder = Recorder(root=row, actor=SYSTEM)
        row.reminded_at = recorder.now
        recorder.record("breach.remind")
        MESSAGES["breach due"].tell(recorder, row.organiser_id, args=[row.pk], number=str(row.pk))
        recorder.flush()
        return True


def _checked(breach: BreachInput) -> dict[str, object]:
    # In one time zone: the same moment written otherwise is no change.
    values = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in breach.values().items()
    }
    for name in TEXTS:
        values[name] = kept(str(values[name]).strip(), field=name)
        if not values[name]:
            raise InvalidInput(_("Isilah bagian ini; pemberitahuan harus memuatnya."), field=name)
    if breach.found_at > clock.now():
        raise InvalidInput(_("Waktu ini belum tiba. Isilah kapan pelanggaran diketahui."), field="found_at")
    for name in ("subjects_told_at", "authority_told_at"):
        told = getattr(breach, name)
        if told is not None and not breach.found_at <= told <= clock.now():
            raise InvalidInput(_("Isilah waktu antara diketahuinya pelanggaran dan sekarang."), field=name)
    return values


# --- The clock and the texts ---------------------------------------------------------------------------------


def due_of(row: BreachNotice) -> datetime:
    """Until when people and authority must be told."""
    return row.found_at + WITHIN


def status_of(row: BreachNotice) -> BreachStatus:
    """Where it stands now; the exact end of the 72 hours is still in time."""
    told = [row.subjects_told_at, row.authority_told_at]
    last = max((moment or clock.now()) for moment in told)
    is_late = last > due_of(row)
    if None in told:
        return BreachStatus.OVERDUE if is_late else BreachStatus.OPEN
    return BreachStatus.TOLD_LATE if is_late else BreachStatus.TOLD


def left_of(row: BreachNotice) -> str:
    """How long is left, or by how much the time is over, in whole hours and minutes."""
    seconds = (due_of(row) - clock.now()).total_seconds()
    hours, minutes = divmod(int(abs(seconds)) // 60, 60)
    said = (
        _("%(hours)s jam %(minutes)s menit lagi")
        if seconds >= 0
        else _("lewat %(hours)s jam %(minutes)s menit")
    )
    return said % {"hours": angka(hours), "minutes": minutes}


def texts_of(row: BreachNotice) -> list[tuple[str, Mapping[str, str]]]:
    """What to send to the people and to the authority, each in every language: data, when and how, measures."""
    return [
        (_("Kepada orangnya"), _text(row, _to_subjects)),
        (_("Kepada lembaga"), _text(row, _to_authority)),
    ]


def _to_subjects(row: BreachNotice) -> str:
    return _("Kami memberitahukan bahwa data pribadi Anda yang kami simpan telah terungkap tanpa hak.")


def _to_authority(row: BreachNotice) -> str:
    return _("Kami melaporkan kegagalan pelindungan data pribadi yang menyangkut %(people)s orang.") % {
        "people": angka(row.people)
    }


def _text(row: BreachNotice, opening: Callable[[BreachNotice], str]) -> Said:
    def said() -> str:
        return "\n\n".join(
            [
                opening(row),
                _("Diketahui: %(moment)s") % {"moment": waktu_text(row.found_at)},
                _("Data yang terungkap: %(data)s") % {"data": row.data},
                _("Kapan dan bagaimana: %(cause)s") % {"cause": row.cause},
                _("Penanganan dan pemulihan: %(measures)s") % {"measures": row.measures},
                _("Pertanyaan: %(contact)s") % {"contact": row.contact},
                str(row.organiser),
            ]
        )

    return in_every_language(said)
