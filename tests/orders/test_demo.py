"""The demonstration data: made once, whole, by the verbs, with the published figures and nothing added to them."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from accounts.models import PrivacyConsent, User
from accounts.privacy import notice
from demo import checks, story
from demo.orders import PLANS
from documents.models import Document
from expo.ledger.ledger import totals
from expo.models import BOOKED, NOT_YET_BOOKED, ChannelSale, Edition, LedgerEntry, Pledge, ReconcileRun, Stage
from msmes.models import Msme, MsmeApplication, Product
from orders.models import Order, PurchaseOrder, Shipment
from procurement import clock
from procurement.models import Event, OutboxMessage
from tests.browser.screenshots import screens
from tests.factories import make_tax_rates, make_world


def printed(command: str, **options: object) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
class TestTheWholeStory:
    """One test, because the story takes some seconds to play."""

    def test_it_shows_every_state_and_nothing_disagrees(
        self, monkeypatch: pytest.MonkeyPatch, client: Client
    ) -> None:
        stands_at: list[datetime] = []
        monkeypatch.setattr(clock, "stand_at", stands_at.append)

        output = printed("demo", password="sandi-contoh-uji-2022")

        assert checks.missing_states() == set()
        assert list(checks.faults()) == []
        assert stands_at == [story.LAST_MOMENT]
        checked = ReconcileRun.objects.get()
        assert (checked.orders, checked.differences) == (Order.objects.count(), 0)
        assert "BELUM DIBUKUKAN" in output
        assert "koordinator@kumkm.example" in output
        assert "sandi-contoh-uji-2022" in output

        self.orders_are_of_2022()
        self.nobody_accepted_a_notice_before_its_date()
        self.figures_are_those_that_were_published()
        assert not Product.objects.filter(photos=None).exists(), "every product has a picture"
        self.papers_wait_for_the_worker()
        self.every_picture_of_the_docs_finds_its_page(client)
        assert client.login(email="umkm001@kumkm.example", password="sandi-contoh-uji-2022")

        before = (
            Order.objects.count(),
            Event.objects.count(),
            LedgerEntry.objects.count(),
            User.objects.count(),
        )
        assert "there already" in printed("demo")
        after = (
            Order.objects.count(),
            Event.objects.count(),
            LedgerEntry.objects.count(),
            User.objects.count(),
        )
        assert before == after

        # The check itself must notice: without shipments of one state it names that state.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orders_shipment SET status = 'received' WHERE status = 'discarded'")
        assert checks.missing_states() == {"shipment.discarded"}

    def every_picture_of_the_docs_finds_its_page(self, client: Client) -> None:
        with clock.at(story.LAST_MOMENT):
            found = {screen.name: screen for screen in screens()}
            assert len(found) > 25
            assert client.get(found["personal-link"].address).status_code == 200

    def orders_are_of_2022(self) -> None:
        assert Order.objects.count() >= 40
        moments = Event.objects.order_by("pk").values_list("happened_at", flat=True)
        assert all(story.FIRST_DAY <= moment <= story.LAST_MOMENT for moment in moments)
        assert list(moments) == sorted(moments), "rows are written in the order of the story's time"
        assert 120 <= Msme.objects.filter(is_example=True).count() <= 140
        assert not Msme.objects.exclude(organisation__name__startswith="Contoh ").exists()
        assert PurchaseOrder.objects.filter(ppn=0).exists()
        longest = Order.objects.annotate(count=Count("lines")).order_by("-count")[0]
        assert longest.lines.count() == 200
        sites = Shipment.objects.filter(purchase_order__order=longest).values_list("site_id", flat=True)
        assert len(set(sites)) == 2

    def nobody_accepted_a_notice_before_its_date(self) -> None:
        consents = PrivacyConsent.objects.all()
        assert consents.count() == User.objects.count()
        assert all(one.at >= notice.shown_since(notice.newest()) for one in consents)
        assert not MsmeApplication.objects.exclude(consent_version="").exists(), "they applied in 2022"

    def figures_are_those_that_were_published(self) -> None:
        edition = Edition.objects.get(number=9)
        assert edition.ends_on - edition.starts_on == timedelta(days=4)
        sales = {row.channel: row.amount for row in ChannelSale.objects.all()}
        assert sales == {"direct": Decimal(2_500_000_000), "live": None}
        financial = Pledge.objects.get(party_name="Lembaga keuangan")
        assert (financial.kind, financial.amount_kind) == ("unknown", "more_than")
        assert financial.amount == Decimal(10_000_000_000)
        for party in ("Bank Indonesia", "Provinsi Aceh"):
            pledge = Pledge.objects.get(party_name=party)
            assert (pledge.amount_kind, pledge.amount) == ("not_stated", None)
        values = totals(edition_id=edition.pk)
        assert values[Stage.ANNOUNCED] == sum(Pledge.objects.values_list("remaining", flat=True))
        assert values.of((*BOOKED, *NOT_YET_BOOKED)) < 2_500_000_000, "no channel sale is in the order value"

    def papers_wait_for_the_worker(self) -> None:
        waiting = OutboxMessage.objects.filter(done_at__isnull=True)
        papers = Document.objects.count()
        assert 150 <= papers <= 260
        assert waiting.filter(topic="documents.render").count() == papers
        assert 0 < waiting.filter(topic="accounts.tell").count() < 150, "old news is not mailed"


@pytest.mark.django_db
def test_outside_embedded_mode_a_password_of_ones_own_is_needed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDED = False
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="--password"):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_story_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verbs commit by themselves; around the story they must not."""
    make_tax_rates()
    played = story.tell

    def interrupted(**options: str) -> None:
        monkeypatch.setattr(story, "PLANS", PLANS[:2])
        played(**options)
        assert Order.objects.count() == 2
        raise KeyboardInterrupt

    monkeypatch.setattr(story, "tell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo")
    assert not Order.objects.exists()
    assert not User.objects.exists()
    assert connection.get_autocommit()


@pytest.mark.django_db
def test_the_clock_of_the_demonstration_goes_on_from_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client: Client
) -> None:
    world = make_world()
    client.force_login(world.people["coordinator"])
    note = "Data contoh, Juli–November 2022."
    monkeypatch.setattr(clock, "_mark", lambda: tmp_path / "clock")
    assert clock.now().year > 2022
    assert note not in client.get(reverse("orders:board")).content.decode()
    try:
        clock.stand_at(story.LAST_MOMENT)
        assert story.LAST_MOMENT <= clock.now() < story.LAST_MOMENT + timedelta(minutes=5)
        clock._behind.cache_clear()
        assert clock.now().year == 2022, "another process reads the same mark"
        page = client.get(reverse("orders:board")).content.decode()
        assert f"{note} Di sini sekarang 30 November 2022." in page
        with clock.at(story.FIRST_DAY):
            assert clock.now() == story.FIRST_DAY
    finally:
        clock._behind.cache_clear()


@pytest.mark.django_db
def test_without_an_edition_there_is_no_table() -> None:
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("value_table")
