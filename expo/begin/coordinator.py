"""The first coordinator of an organiser: the person that the address of the set-up was printed for."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import checked_email, write_roles
from accounts.models import Role, User
from expo.models import Setup
from expo.permissions import may, require
from procurement.errors import InvalidInput, WrongState
from procurement.input.letters import kept
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInput:
    """Who coordinates; the password is theirs alone and is stored as a hash."""

    name: str
    email: str
    password: str


def set_first_coordinator(*, setup_id: int, person: PersonInput | User, actor: Actor) -> User:
    """Make the person a coordinator of the organiser that is being set up; from then on they sign in.

    Somebody who has an account here signs in first and is given as a :class:`User`: an address of a set-up never opens
    the account of another person. Raises :class:`WrongState` when there is a coordinator already.
    """
    with transaction.atomic(durable=True):
        require(may("setup.start", actor))
        setup = Setup.objects.select_for_update(of=("self",)).filter(pk=setup_id, is_open=True).first()
        if setup is None or setup.coordinator_id is not None:
            raise WrongState(_("Penyiapan ini sudah mempunyai koordinator. Masuklah untuk melanjutkannya."))
        if setup.organisation_id is None:
            raise WrongState(_("Isilah dahulu langkah pertama: penyelenggaranya."))
        user = person if isinstance(person, User) else _made(person)
        if setup.opens_back_office and not user.is_superuser:
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
        write_roles(
            organisation_id=setup.organisation_id,
            user=user,
            roles=[Role.COORDINATOR],
            actor=actor,
            asks_to_come=False,
        )
        recorder = Recorder(root=setup, actor=actor)
        setup.coordinator = user
        recorder.record("setup.coordinator", subject=user, changes={"coordinator": person_key(user)})
        recorder.flush()
        return user


def _made(person: PersonInput) -> User:
    email, name = checked_email(person.email), kept(person.name, field="name")
    if not name:
        raise InvalidInput(_("Isilah nama orangnya."), field="name")
    if User.objects.filter(email__iexact=email).exists():
        raise InvalidInput(
            _("Surel ini sudah mempunyai akun. Masuklah dahulu dengan akun itu, lalu buka lagi langkah ini."),
            field="email",
        )
    user = User(email=email, name=name[:120])
    try:
        validate_password(person.password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error
    user.set_password(person.password)
    user.save()
    return user
