"""The five steps of a set-up, what is still to do, and its end."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acting import Actor
from expo.models import Edition, Setup
from expo.permissions import may, require
from procurement.errors import WrongState
from procurement.rows.recording import Recorder


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step: its page, its name, and whether what it asks for is there."""

    name: str
    label: str | Promise
    done: bool
    is_open: bool

    @property
    def url(self) -> str:
        return reverse(self.name)


def edition_of(setup: Setup) -> Edition | None:
    """The first edition of the organiser that is being set up."""
    if setup.organisation_id is None:
        return None
    return Edition.objects.filter(organiser_id=setup.organisation_id).order_by("pk").first()


def steps_of(setup: Setup) -> list[SetupStep]:
    """All five, in their order; a step opens when those are there without which it could not be kept."""
    has_coordinator = setup.coordinator_id is not None
    said = (
        ("expo:begin_organiser", gettext_lazy("Penyelenggara"), setup.organisation_id is not None, True),
        (
            "expo:begin_coordinator",
            gettext_lazy("Koordinator pertama"),
            has_coordinator,
            setup.organisation_id is not None,
        ),
        (
            "expo:begin_edition",
            gettext_lazy("Penyelenggaraan"),
            edition_of(setup) is not None,
            has_coordinator,
        ),
        (
            "expo:begin_choices",
            gettext_lazy("Wilayah dan kategori"),
            setup.chosen_at is not None,
            has_coordinator,
        ),
        (
            "expo:begin_trial",
            gettext_lazy("Surel dan pesan teks"),
            setup.tried_at is not None,
            has_coordinator,
        ),
    )
    return [SetupStep(*one) for one in said]


def next_step(setup: Setup) -> SetupStep | None:
    """The first that is still to do; None when all are done."""
    return next((step for step in steps_of(setup) if not step.done), None)


def require_open(setup: Setup | None) -> Setup:
    """The set-up. Raises :class:`WrongState` when there is nothing to go on with."""
    if setup is None:
        raise WrongState(_("Penyelenggara ini tidak mempunyai penyiapan yang dapat dilanjutkan."))
    if not setup.is_open:
        raise WrongState(
            _("Penyiapan ini sudah selesai. Semuanya diubah pada halaman penyelenggara dan penyelenggaraan.")
        )
    return setup


def note_step(*, actor: Actor, step: str) -> Setup:
    """Write down that the last two steps were done, or left out knowingly: ``chosen`` or ``tried``."""
    with transaction.atomic(durable=True):
        setup = _locked(actor)
        recorder = Recorder(root=setup, actor=actor)
        setattr(setup, f"{step}_at", recorder.now)
        recorder.record(f"setup.{step}")
        recorder.flush()
        return setup


def finish_setup(*, actor: Actor) -> Setup:
    """End the set-up; what it made is changed on pages of its own from now on."""
    with transaction.atomic(durable=True):
        setup = _locked(actor)
        require_open(setup)
        if edition_of(setup) is None:
            raise WrongState(_("Isilah dahulu langkah ketiga: penyelenggaraan pertama."))
        recorder = Recorder(root=setup, actor=actor)
        setup.is_open, setup.finished_at = False, recorder.now
        recorder.record("setup.finish", from_state="open", to_state="finished")
        recorder.flush()
        return setup


def dismiss_checklist(*, actor: Actor) -> Setup:
    """Take the checklist off the coordinators' home, done or not."""
    with transaction.atomic(durable=True):
        setup = _locked(actor)
        if setup.dismissed_at is None:
            recorder = Recorder(root=setup, actor=actor)
            setup.dismissed_at = recorder.now
            recorder.record("setup.dismiss")
            recorder.flush()
        return setup


def _locked(actor: Actor) -> Setup:
    require(may("setup.go_on", actor))
    row = (
        Setup.objects.select_for_update(of=("self",))
        .filter(organisation_id=actor.organisation_id or 0)
        .first()
    )
    if row is None:
        raise WrongState(_("Penyelenggara ini tidak mempunyai penyiapan yang dapat dilanjutkan."))
    return row
