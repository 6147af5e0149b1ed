"""The printed address of a set-up: made by whoever runs the machine, opened once, dead after a day.

Only the hash of its secret is stored. The browser that opened it goes on with the key of its session, as long as the
key lives, until the first coordinator signs in; from then on coordinators alone go on.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Organisation
from expo.models import Setup, SetupKey
from expo.permissions import may, require
from procurement import clock
from procurement.errors import NotFound, WrongState
from procurement.rows.recording import Recorder

LIVES = timedelta(hours=24)


class SetupDone(WrongState):
    """There is an organiser already; another one is begun knowingly."""


def start_setup(*, actor: Actor, another: bool = False, opens_back_office: bool = False) -> tuple[Setup, str]:
    """Begin, or go on with, the set-up of an organiser; returns it and the secret of a new address.

    Earlier addresses of the same set-up end with this. ``another`` begins a further organiser beside those that there
    are. Raises :class:`SetupDone` when nothing is open and there is an organiser.
    """
    with transaction.atomic(durable=True):
        require(may("setup.start", actor))
        setup = Setup.objects.select_for_update(of=("self",)).filter(is_open=True).first()
        if setup is None:
            if not another and Organisation.objects.filter(kind=Organisation.Kind.EXPO).exists():
                raise SetupDone(
                    _("Sistem ini sudah mempunyai penyelenggara. Penyiapan kedua tidak mengubah apa pun.")
                )
            setup = _opened(opens_back_office)
        elif setup.coordinator_id is not None:
            raise SetupDone(
                _("Penyiapan sudah mempunyai koordinator. Masuklah sebagai koordinator untuk melanjutkannya.")
            )
        now = clock.now()
        SetupKey.objects.filter(setup=setup, expires_at__gt=now).update(expires_at=now)
        token = secrets.token_urlsafe(32)
        SetupKey.objects.create(setup=setup, token_hash=hash_of(token), made_at=now, expires_at=now + LIVES)
        recorder = Recorder(root=setup, actor=actor)
        recorder.record("setup.start")
        recorder.flush()
        return setup, token


def _opened(opens_back_office: bool) -> Setup:
    """The one open set-up; of two that begin at once the second waits here and takes what the first made."""
    Setup.objects.bulk_create([Setup(opens_back_office=opens_back_office)], ignore_conflicts=True)
    return Setup.objects.select_for_update(of=("self",)).get(is_open=True)


def hash_of(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_key(token: str) -> SetupKey:
    """The key of an address that can still be used. Raises a refusal that says why it cannot."""
    return _usable(SetupKey.objects.select_related("setup").filter(token_hash=hash_of(token)).first())


def use_key(*, token: str, actor: Actor) -> SetupKey:
    """Open the set-up with its address, once. Raises :class:`NotFound` or :class:`WrongState`."""
    with transaction.atomic(durable=True):
        require(may("setup.start", actor))
        keys = SetupKey.objects.select_for_update(of=("self",)).select_related("setup")
        key = _usable(keys.filter(token_hash=hash_of(token)).first())
        setup = Setup.objects.select_for_update(of=("self",)).get(pk=key.setup_id)
        recorder = Recorder(root=setup, actor=actor)
        key.used_at = recorder.now
        key.save(update_fields=["used_at"])
        recorder.record("setup.use")
        recorder.flush()
        return key


def _usable(key: SetupKey | None) -> SetupKey:
    if key is None:
        raise NotFound(
            _("Alamat penyiapan ini tidak dikenal. Salinlah seluruhnya dari terminal tempat ia dicetak.")
        )
    if key.used_at is not None:
        raise WrongState(
            _(
                "Alamat penyiapan ini sudah dipakai. Lanjutkan di peramban yang memakainya, atau minta alamat baru"
                " di terminal; langkah yang sudah disimpan tetap ada."
            )
        )
    if key.expires_at <= clock.now():
        raise WrongState(
            _(
                "Alamat penyiapan ini tidak berlaku lagi: lewat 24 jam, atau diganti alamat yang lebih baru."
                " Minta alamat baru di terminal."
            )
        )
    if not key.setup.is_open or key.setup.coordinator_id is not None:
        raise WrongState(_("Penyiapan ini sudah mempunyai koordinator. Masuklah untuk melanjutkannya."))
    return key


def setup_of_key(key_id: object) -> Setup | None:
    """The set-up that a browser has opened, while its key lives and nobody can sign in yet."""
    if not isinstance(key_id, int):
        return None
    key = (
        SetupKey.objects.select_related("setup__organisation__organiser")
        .filter(pk=key_id, used_at__isnull=False, expires_at__gt=clock.now())
        .filter(setup__is_open=True, setup__coordinator__isnull=True)
        .first()
    )
    return key.setup if key else None


def setup_of(actor: Actor) -> Setup | None:
    """The set-up of the organiser that the person acts for."""
    if actor.organisation_id is None:
        return None
    rows = Setup.objects.select_related("organisation__organiser")
    return rows.filter(organisation_id=actor.organisation_id).first()
