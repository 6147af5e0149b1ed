"""Other bank accounts of MSMEs: the only writer of :class:`BankChange`, and of the account of a registered MSME.

An account that changes is how money is stolen, so three things stand between the wish and the paper. The owner types a
code that goes to the telephone of before. Two whole working days follow, in which whoever reads that telephone, the
owner and the coordinators can stop it. And it is said wherever money is paid. A coordinator who writes another account
down for an MSME needs no code, because the telephone may be what was lost; the two days, the message and the stop are
the same. The first account of an MSME takes the code and no wait: nobody's money goes elsewhere by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from accounts.organisers import caretakers_of
from msmes.banking.account import FIELDS, Account, account_of, checked, digits_of, held_until, is_first
from msmes.banking.address import of_address
from msmes.messages import MESSAGES
from msmes.models import BankChange, Msme
from msmes.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.codes import CodeNeeded, Codes
from procurement.input.opened import Unchanged, anything
from procurement.language.said import day_value
from procurement.models import Event
from procurement.rows.recording import Recorder
from procurement.templatetags.words import tanggal_text
from procurement.work.each import one_by_one

CODES = Codes("msmes.banking.changes.code")
CODE_WAITS = timedelta(days=3)
"""So long a change waits for its code."""
MOST_ASKS = 5
"""Changes that the people of an MSME may ask for within :data:`ASKS_WITHIN`: each brings new guesses of a code."""
ASKS_WITHIN = timedelta(days=30)
_S = BankChange.Status


def ask_change(
    *, msme_id: int, account: Account, actor: Actor, unchanged: Unchanged = anything
) -> BankChange:
    """The owner wants to be paid elsewhere; a code goes to the telephone that is known now.

    Another wish of the same MSME that still waits for its code is given up. Raises :class:`WrongState` while one is
    confirmed, when the telephone was changed a moment ago, and when too many were asked for.
    """
    with transaction.atomic(durable=True):
        msme = _locked(msme_id, actor)
        require(may("bank.change", actor))
        unchanged()
        said = checked(account)
        if said == account_of(msme):
            raise InvalidInput(_("Ini sudah rekening Anda. Tidak ada yang berubah."), field="bank_account")
        recorder = Recorder(root=msme, actor=actor)
        _give_up_what_is_open(msme, recorder)
        _require_known_phone(msme, recorder.now)
        _require_few_asks(msme, recorder.now)
        change = _new(msme, said, actor, recorder.now, status=_S.ASKED)
        change.save()
        recorder.record("msme.bank_ask", subject=change, party_id=msme.pk, changes=_differences(change))
        _send(recorder, change)
        recorder.flush()
        return change


def send_code(*, change_id: int, actor: Actor) -> BankChange:
    """Send another code to the same telephone; the one before is worthless."""
    with transaction.atomic(durable=True):
        change, recorder = _open_for(change_id, "bank.change", actor)
        _require_status(change, _S.ASKED)
        _send(recorder, change)
        recorder.record("msme.bank_code", subject=change, party_id=change.msme_id)
        recorder.flush()
        return change


def confirm_change(*, change_id: int, code: str, actor: Actor) -> BankChange:
    """Type the code: from now on the days count. A first account applies at once.

    Raises :class:`CodeNeeded` for a wrong or old code; a guess counts whatever comes of it.
    """
    found = BankChange.objects.visible_to(actor).filter(pk=change_id).first()
    if found is None:
        raise NotFound(_("Perubahan rekening itu tidak ada."))
    require(may("bank.change", actor))
    _require_status(found, _S.ASKED)
    try:
        CODES.check(found, code)
    except CodeNeeded:
        if CODES.is_spent(found):
            raise WrongState(no_more_codes()) from None
        raise
    with transaction.atomic(durable=True):
        change, recorder = _open_for(change_id, "bank.change", actor)
        _require_status(change, _S.ASKED)
        if change.code_salt != found.code_salt:
            raise CodeNeeded(_("Kode itu sudah tidak berlaku. Mintalah kode baru."), field="code")
        msme = change.msme
        _confirm(change, recorder.now, is_first=is_first([msme])[msme.pk])
        change.save(update_fields=["status", "confirmed_at", "effective_on"])
        recorder.record(
            "msme.bank_confirm",
            subject=change,
            party_id=msme.pk,
            changes=_differences(change) | {"effective_on": [None, str(change.effective_on)]},
        )
        if change.effective_on and change.effective_on <= clock.local_date(recorder.now):
            _apply(change, recorder)
        else:
            _tell_both(recorder, "bank account changes", change)
        recorder.flush()
        return change


def cancel_change(*, change_id: int, actor: Actor) -> BankChange:
    """Stop a change that does not apply yet: its owner or a coordinator."""
    with transaction.atomic(durable=True):
        change, recorder = _open_for(change_id, "bank.cancel", actor)
        _end(change, _S.CANCELLED, recorder)
        _tell_both(recorder, "bank account stays", change)
        recorder.flush()
        return change


def stop_by_address(*, token: str) -> BankChange:
    """Whoever has the message of the old telephone stops the change, without signing in. It can do nothing else."""
    found = of_address(token)
    with transaction.atomic(durable=True):
        change, recorder = _open_for(found.pk, "bank.stop", SYSTEM)
        _end(change, _S.CANCELLED, recorder)
        _tell_both(recorder, "bank account stays", change)
        recorder.flush()
        return change


def hold_changes(
    wanted: Sequence[tuple[Msme, Account]],
    recorders: Mapping[int, Recorder],
    *,
    actor: Actor,
    phones: Mapping[int, str] = MappingProxyType({}),
) -> list[BankChange]:
    """Another account that staff write down for MSMEs: it holds like every other, and the old telephone is told.

    Within the caller's transaction, which holds the locks on the MSMEs; the caller saves them and flushes the
    recorders (by the key of the MSME). ``phones`` are the numbers of before, where they change by the same act. The
    number of queries does not depend on the number of MSMEs.
    """
    if not wanted:
        return []
    now = next(iter(recorders.values())).now
    msmes = [msme for msme, _account in wanted]
    open_ones = {row.msme_id: row for row in BankChange.objects.open().filter(msme__in=msmes)}
    first = is_first(msmes)
    made, ended = [], []
    for msme, account in wanted:
        said, before = checked(account), open_ones.get(msme.pk)
        if before is not None and before.status == _S.CONFIRMED and _wanted(before) == said:
            continue  # the same sheet once more: it waits already
        if before is not None:
            before.msme = msme
            _end(before, _S.CANCELLED, recorders[msme.pk], save=False)
            ended.append(before)
        if said == account_of(msme):
            continue
        change = _new(msme, said, actor, now, status=_S.CONFIRMED)
        change.told_to = phones.get(msme.pk, msme.phone)
        _confirm(change, now, is_first=first[msme.pk])
        if change.effective_on and change.effective_on <= clock.local_date(now):
            _put(change)
            change.status, change.ended_at, change.ended_by_id = _S.APPLIED, now, actor.user_id
        made.append(change)
    BankChange.objects.bulk_update(ended, ["status", "ended_at", "ended_by"])
    BankChange.objects.bulk_create(made)
    for change in made:
        recorder = recorders[change.msme_id]
        effective = {} if change.status == _S.APPLIED else {"effective_on": [None, str(change.effective_on)]}
        recorder.record(
            "msme.bank_hold" if effective else "msme.bank_apply",
            subject=change,
            party_id=change.msme_id,
            changes=_differences(change) | effective,
        )
        if effective:
            recorder.enqueue(NOTICE_TOPIC, key=f"bank-notice:{change.pk}", change_id=change.pk)
            _tell(recorder, "bank account changes", change, [actor.organisation_id])
    return made


def apply_due() -> list[int]:
    """Let every change apply whose day has come, and end those that nobody confirmed. Returns the keys of the changes.

    Called by beat. Late is never wrong: the account of before was confirmed too.
    """
    due = BankChange.objects.filter(status=_S.CONFIRMED, effective_on__lte=clock.today())
    stale = BankChange.objects.filter(status=_S.ASKED, asked_at__lt=clock.now() - CODE_WAITS)
    keys = [*due.values_list("pk", flat=True), *stale.values_list("pk", flat=True)]
    return one_by_one("msmes.apply_bank_changes", keys, settle).results


def apply_before_papers(msme_ids: Iterable[int]) -> None:
    """The same for the MSMEs of a paper that is about to be issued, so that it prints the account of its day."""
    due = BankChange.objects.filter(status=_S.CONFIRMED, effective_on__lte=clock.today())
    for change_id in due.filter(msme__in=msme_ids).values_list("pk", flat=True):
        settle(change_id)


def settle(change_id: int) -> int:
    """Let one change apply, or lapse, if its time has come; nothing for one that is over."""
    with transaction.atomic(durable=True):
        change, recorder = _open_for(change_id, "bank.apply", SYSTEM, ended_ok=True)
        if not change.is_open:
            return change_id  # somebody stopped it, or another worker was faster
        if change.status == _S.ASKED and change.asked_at < recorder.now - CODE_WAITS:
            _end(change, _S.LAPSED, recorder)
        elif change.effective_on and change.effective_on <= clock.local_date(recorder.now):
            _apply(change, recorder)
        if recorder.events:
            recorder.flush()
        return change_id


CODE_TOPIC = "msmes.send_bank_code"
NOTICE_TOPIC = "msmes.send_bank_notice"


# --- Parts ---------------------------------------------------------------------------------------------------


def _locked(msme_id: int, actor: Actor) -> Msme:
    row = (
        Msme.objects.visible_to(actor)
        .select_related("organisation")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=msme_id)
        .first()
    )
    if row is None:
        raise NotFound(_("UMKM itu tidak ada."))
    return row


def _open_for(
    change_id: int, act: str, actor: Actor, *, ended_ok: bool = False
) -> tuple[BankChange, Recorder]:
    """The change under the lock of its MSME, read after the lock, with a recorder of that MSME."""
    msme_id = BankChange.objects.visible_to(actor).filter(pk=change_id).values_list("msme", flat=True).first()
    if msme_id is None:
        raise NotFound(_("Perubahan rekening itu tidak ada."))
    msme = _locked(msme_id, actor)
    require(may(act, actor))
    change = BankChange.objects.get(pk=change_id)
    change.msme = msme
    recorder = Recorder(root=msme, actor=actor)
    if not change.is_open and not ended_ok:
        raise WrongState(
            _("Perubahan rekening ini sudah selesai; keadaannya “%(state)s”.")
            % {"state": change.get_status_display()}
        )
    return change, recorder


def _require_status(change: BankChange, status: str) -> None:
    if change.status != status:
        raise WrongState(
            _("Perubahan rekening ini sudah selesai; keadaannya “%(state)s”.")
            % {"state": change.get_status_display()}
        )


def _give_up_what_is_open(msme: Msme, recorder: Recorder) -> None:
    before = BankChange.objects.open().filter(msme=msme).first()
    if before is None:
        return
    if before.status == _S.CONFIRMED:
        raise WrongState(
            _("Perubahan rekening ke %(account)s sudah berjalan dan berlaku mulai %(day)s. Batalkan dahulu.")
            % {"account": digits_of(before.bank_account), "day": tanggal_text(before.effective_on)}
        )
    before.msme = msme
    _end(before, _S.CANCELLED, recorder)


def _require_known_phone(msme: Msme, now: datetime) -> None:
    """A number that somebody changed a moment ago confirms nothing: it holds as long as an account does."""
    last = (
        Event.objects.filter(party=msme.pk, verb__startswith="msme.", changes__has_key="phone")
        .exclude(verb="msme.register")
        .order_by("-pk")
        .values_list("happened_at", flat=True)
        .first()
    )
    if last is None or is_first([msme])[msme.pk]:
        return
    known_from = held_until(clock.local_date(last))
    if clock.local_date(now) < known_from:
        raise WrongState(
            _(
                "Nomor WhatsApp usaha ini baru diubah. Rekening dapat diubah mulai %(day)s, agar nomor lama sempat "
                "diberi tahu."
            )
            % {"day": tanggal_text(known_from)}
        )


def _require_few_asks(msme: Msme, now: datetime) -> None:
    asked = BankChange.objects.filter(msme=msme, asked_for=msme.pk, asked_at__gt=now - ASKS_WITHIN).count()
    if asked >= MOST_ASKS:
        raise NotPermitted(
            _("Rekening sudah %(most)d kali diminta diubah dalam 30 hari. Hubungi koordinator expo.")
            % {"most": MOST_ASKS}
        )


def _new(msme: Msme, account: Account, actor: Actor, now: datetime, *, status: str) -> BankChange:
    before = {f"old_{name}": getattr(msme, name) for name in FIELDS}
    return BankChange(
        msme=msme,
        status=status,
        told_to=msme.phone,
        asked_at=now,
        asked_by=actor.user,
        asked_for_id=actor.organisation_id or 0,
        **before,
        **asdict(account),
    )


def _send(recorder: Recorder, change: BankChange) -> None:
    if not CODES.renew(change):
        raise WrongState(no_more_codes())
    recorder.enqueue(CODE_TOPIC, key=f"bank-code:{change.pk}:{change.code_salt}", change_id=change.pk)


def no_more_codes() -> str:
    """That no code confirms this change any more, and what to do."""
    return _(
        "Kode untuk perubahan ini sudah terlalu sering diminta atau salah dimasukkan. Batalkan, lalu hubungi "
        "koordinator expo."
    )


def _confirm(change: BankChange, now: datetime, *, is_first: bool) -> None:
    day = clock.local_date(now)
    change.status, change.confirmed_at = _S.CONFIRMED, now
    change.effective_on = day if is_first else held_until(day)


def _apply(change: BankChange, recorder: Recorder) -> None:
    _put(change)
    _end(change, _S.APPLIED, recorder, verb="msme.bank_apply")
    _tell_both(recorder, "bank account changed", change)


def _put(change: BankChange) -> None:
    """The account is the MSME's from now on; whoever holds its lock saves it."""
    for name in FIELDS:
        setattr(change.msme, name, getattr(change, name))


_VERB_OF_END = {_S.CANCELLED: "msme.bank_cancel", _S.LAPSED: "msme.bank_lapse"}


def _end(change: BankChange, status: str, recorder: Recorder, *, verb: str = "", save: bool = True) -> None:
    change.status, change.ended_at, change.ended_by_id = status, recorder.now, recorder.actor.user_id
    if save:
        change.save(update_fields=["status", "ended_at", "ended_by"])
    recorder.record(
        verb or _VERB_OF_END[BankChange.Status(status)],
        subject=change,
        party_id=change.msme_id,
        changes=_differences(change),
    )


def _wanted(change: BankChange) -> Account:
    return Account(**{name: getattr(change, name) for name in FIELDS})


def _differences(change: BankChange) -> dict[str, Any]:
    said = {name: [getattr(change, f"old_{name}"), getattr(change, name)] for name in FIELDS}
    return {name: pair for name, pair in said.items() if pair[0] != pair[1]}


def _tell_both(recorder: Recorder, key: str, change: BankChange) -> None:
    _tell(recorder, key, change, caretakers_of(change.msme_id))


def _tell(recorder: Recorder, key: str, change: BankChange, organisers: Iterable[int | None]) -> None:
    """The owners, and the coordinators of the organisers in whose care the MSME is."""
    values: dict[str, Any] = {
        "msme": change.msme.organisation.name,
        "old": digits_of(change.old_bank_account),
        "new": digits_of(change.bank_account),
        "day": day_value(change.effective_on) if change.effective_on else "–",
    }
    MESSAGES[key].tell(recorder, change.msme_id, **values)
    for organiser_id in filter(None, organisers):
        MESSAGES[f"{key} (expo)"].tell(recorder, organiser_id, args=[change.msme_id], **values)
