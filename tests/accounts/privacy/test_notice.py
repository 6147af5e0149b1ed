"""What the notice says is what the system does; accepting it leaves a proof that nobody changes."""

import re
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.acting import SYSTEM, Actor
from accounts.models import PrivacyConsent, User
from accounts.privacy import notice
from accounts.privacy.consent import accept_notice
from procurement import clock
from procurement.errors import NotPermitted, WrongState
from procurement.work import retention

pytestmark = pytest.mark.django_db

PASSWORD = "rahasia-sekali-31"
BANNER = "privacy-banner"

WITHOUT_PERSONS = {
    "split-proposals": "quantities of lines, and who asked is in the trail",
    "reconcile-runs": "sums of the ledger",
}
"""Kinds of rows that are forgotten and hold nothing about a person beyond the trail."""

PRINTS = {"2026-11": "3e908d081ec878a5"}
"""The text of each version. Changed a text? A change of meaning is a new version in ``notice.VERSIONS``."""


def set_password_path(person: User) -> str:
    """The address at which a person chooses a password, as the page for a forgotten one mails it."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )


@pytest.fixture
def sari() -> User:
    return User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari Wulandari")


def person(user: User) -> Actor:
    return Actor(user=user, organisation=None)


def test_every_version_keeps_its_text() -> None:
    with override("id"):
        said = [
            "|".join(
                str(part)
                for part in (a.name, a.title, a.data, a.people, a.purpose, a.ground, a.until, a.others)
            )
            for a in sorted(notice.activities(), key=lambda one: one.name)
        ]
    assert PRINTS[notice.newest().number] == sha256("\n".join(said).encode()).hexdigest()[:16]
    assert [one.number for one in notice.VERSIONS] == list(PRINTS)


def test_all_that_is_forgotten_is_in_the_notice() -> None:
    told = {name for activity in notice.activities() for name in activity.retained}
    kinds = {kind.name for kind in retention.kinds()}
    assert told <= kinds
    assert kinds - told == set(WITHOUT_PERSONS)


def test_every_activity_says_how_long_and_who(settings: object) -> None:
    for activity in notice.activities():
        assert activity.kept, activity.name
        assert activity.seen_by, activity.name


def test_the_page_is_open_and_reads_days_and_roles_from_where_they_are_set(
    client: Client, settings: object
) -> None:
    settings.KEEP_SESSIONS_DAYS = 1234  # type: ignore[attr-defined]
    page = client.get(reverse("accounts:privacy")).content.decode()
    assert "dihapus setelah 1234 hari" in page
    assert "bendahara" in page
    assert "Pasal 20 ayat (2) huruf a" in page
    assert "Undang-Undang Nomor 27 Tahun 2022" in page


def test_accepting_keeps_version_and_first_moment(sari: User) -> None:
    first = accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER)
    again = accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.PASSWORD)
    assert (first.pk, again.version, again.given_by) == (again.pk, notice.newest().number, "banner")
    sari.refresh_from_db()
    assert sari.privacy_version == notice.newest().number
    with pytest.raises(NotPermitted):
        accept_notice(actor=SYSTEM, given_by=PrivacyConsent.GivenBy.BANNER)


@pytest.mark.parametrize("act", ["UPDATE {} SET version = 'x'", "DELETE FROM {}"])
def test_nobody_changes_the_proof(sari: User, act: str) -> None:
    accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(PrivacyConsent._meta.db_table))
    assert PrivacyConsent.objects.get().version == notice.newest().number


def test_the_banner_asks_on_every_page_without_a_query_until_it_is_accepted(
    client: Client, sari: User
) -> None:
    client.force_login(sari)
    here = reverse("accounts:profile")
    client.get(here)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(here).content.decode()
    assert BANNER in page
    answer = client.post(reverse("accounts:privacy_accept"), {"next": here})
    assert answer["Location"] == here
    client.get(here)
    with CaptureQueriesContext(connection) as accepted:
        page = client.get(here).content.decode()
    assert BANNER not in page
    assert len(asked) == len(accepted)


def test_another_version_asks_again(client: Client, sari: User, monkeypatch: pytest.MonkeyPatch) -> None:
    accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER)
    client.force_login(sari)
    assert BANNER not in client.get(reverse("accounts:profile")).content.decode()
    another = notice.NoticeVersion("2027-01", clock.today(), "Lainnya.")
    monkeypatch.setattr(notice, "VERSIONS", (*notice.VERSIONS, another))
    assert BANNER in client.get(reverse("accounts:profile")).content.decode()
    client.post(reverse("accounts:privacy_accept"))
    assert set(PrivacyConsent.objects.values_list("version", flat=True)) == {"2026-11", "2027-01"}


@pytest.fixture
def not_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only notice begins to hold tomorrow."""
    tomorrow = notice.NoticeVersion("2027-01", clock.today() + timedelta(days=1), "Yang pertama.")
    monkeypatch.setattr(notice, "VERSIONS", (tomorrow,))


@pytest.mark.usefixtures("not_yet")
def test_nobody_accepts_a_notice_before_its_own_date(client: Client, sari: User) -> None:
    with pytest.raises(WrongState, match="belum berlaku"):
        accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER)
    client.force_login(sari)
    page = client.get(reverse("accounts:privacy")).content.decode()
    assert "Pemberitahuan ini belum berlaku" in page
    assert reverse("accounts:privacy_accept") not in page
    assert BANNER not in client.get(reverse("accounts:profile")).content.decode()
    assert client.post(reverse("accounts:privacy_accept")).status_code == 409
    assert not PrivacyConsent.objects.exists()


@pytest.mark.usefixtures("not_yet")
def test_a_first_password_accepts_no_notice_that_does_not_hold(client: Client, sari: User) -> None:
    sari.set_unusable_password()
    sari.save(update_fields=["password"])
    form = client.get(set_password_path(sari), follow=True).request["PATH_INFO"]
    assert 'name="consent"' not in client.get(form).content.decode()
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD)
    assert not PrivacyConsent.objects.exists()


def test_while_the_next_version_is_announced_the_one_before_it_is_asked_for(
    sari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = notice.NoticeVersion("2027-01", clock.today() + timedelta(days=1), "Lainnya.")
    monkeypatch.setattr(notice, "VERSIONS", (*notice.VERSIONS, coming))
    assert accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER).version == "2026-11"
    with clock.at(clock.now() + timedelta(days=1)):
        assert accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.BANNER).version == "2027-01"


def test_in_the_demonstration_the_notice_holds_by_the_real_calendar(
    client: Client, sari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = clock.now() - datetime(2022, 11, 30, 17, tzinfo=clock.JAKARTA)
    monkeypatch.setattr(clock, "_behind", lambda: behind)
    with pytest.raises(WrongState), clock.at(datetime(2022, 7, 27, 7, tzinfo=clock.JAKARTA)):
        accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.PASSWORD)
    consent = accept_notice(actor=person(sari), given_by=PrivacyConsent.GivenBy.PASSWORD)
    assert consent.at.year == 2022
    assert notice.shown_since(notice.newest()) <= consent.at


def test_accepting_leads_nowhere_else(client: Client, sari: User) -> None:
    client.force_login(sari)
    answer = client.post(reverse("accounts:privacy_accept"), {"next": "https://jahat.example/"})
    assert answer["Location"] == reverse("accounts:privacy")


def test_the_first_password_needs_the_tick_and_a_later_one_does_not(client: Client, sari: User) -> None:
    sari.set_unusable_password()
    sari.save(update_fields=["password"])
    form = client.get(set_password_path(sari), follow=True).request["PATH_INFO"]
    both = {"password1": PASSWORD, "password2": PASSWORD}
    refused = client.post(form, both).content.decode()
    assert "lalu centang persetujuan" in re.sub(r"\s+", " ", refused)
    sari.refresh_from_db()
    assert not sari.has_usable_password()
    assert not PrivacyConsent.objects.exists()

    client.post(form, {**both, "consent": "on"})
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD)
    assert PrivacyConsent.objects.get().given_by == "password"

    later = Client()
    form = later.get(set_password_path(sari), follow=True).request["PATH_INFO"]
    assert "consent" not in later.get(form).content.decode()
    later.post(form, {"password1": PASSWORD + "x", "password2": PASSWORD + "x"})
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD + "x")
    assert get_user_model().objects.count() == 1
    assert len(mail.outbox) == 0 or sari.email in mail.outbox[0].to
