"""Reports with steps, days and photos; forecasts for everybody; what is likely late for staff and buyers."""

import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from PIL import Image

from orders.models import Order, ProductionReport, PurchaseOrder
from orders.producing import photos, produce
from orders.producing.steps import PERCENT_OF_STEP
from procurement import clock
from procurement.errors import InvalidInput
from tests.factories import World


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def camera_picture() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x8825] = {1: "S", 2: (7.0, 15.0, 0.0)}
    return picture(exif=exif)


def started(world: World) -> tuple[Order, PurchaseOrder]:
    order = world.approved([300])
    world.start(order, 0)
    return order, order.purchase_orders.get(msme=world.msmes[0])


def report(client: Client, purchase_order: PurchaseOrder, **typed: Any) -> Any:
    return client.post(reverse("orders:report", args=[purchase_order.pk]), typed)


def page(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


class TestReporting:
    @pytest.mark.parametrize("step", list(ProductionReport.Step))
    def test_a_named_step_is_a_percentage(self, world: World, client: Client, step: str) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        assert report(client, row, step=step).status_code == 302
        assert PurchaseOrder.objects.get(pk=row.pk).percent == PERCENT_OF_STEP[ProductionReport.Step(step)]
        assert ProductionReport.objects.get().step == step

    def test_a_percentage_counts_before_the_step(self, world: World, client: Client) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        report(client, row, step="sewn", percent="61")
        assert PurchaseOrder.objects.get(pk=row.pk).percent == 61

    def test_one_of_both_is_needed(self, world: World, client: Client) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        response = report(client, row, note="Kain datang terlambat")
        assert response.status_code == 422
        assert "Isi persennya, atau pilih tahapnya." in response.content.decode()
        assert "Kain datang terlambat" in response.content.decode()

    def test_an_earlier_day_is_kept_and_takes_nothing_back(self, world: World, client: Client) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        report(client, row, percent="50")
        earlier = clock.today() - timedelta(days=3)
        assert report(client, row, percent="20", reported_on=earlier.isoformat()).status_code == 302
        assert PurchaseOrder.objects.get(pk=row.pk).percent == 50
        assert set(ProductionReport.objects.values_list("percent", "reported_on")) == {
            (50, clock.today()),
            (20, earlier),
        }

    @pytest.mark.parametrize("days", [-15, 1])
    def test_other_days_are_refused_and_kept(self, world: World, client: Client, days: int) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        day = (clock.today() + timedelta(days=days)).isoformat()
        response = report(client, row, percent="20", reported_on=day)
        assert response.status_code == 422
        assert day in response.content.decode()
        assert not ProductionReport.objects.exists()


class TestPhotos:
    def send(self, client: Client, row: PurchaseOrder, content: bytes, name: str = "foto.jpg") -> Any:
        return report(client, row, percent="40", photo=SimpleUploadedFile(name, content))

    def test_a_photo_is_redrawn_without_what_the_camera_wrote(
        self, world: World, client: Client, tmp_path: Any
    ) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        sent = camera_picture()
        assert b"CANARY-CAMERA" in sent
        assert self.send(client, row, sent).status_code == 302
        made = ProductionReport.objects.get()
        stored = (tmp_path / made.photo).read_bytes()
        assert b"CANARY-CAMERA" not in stored
        assert b"Exif" not in stored
        assert "foto" not in made.photo.rpartition("/")[2]
        assert reverse("orders:report_photo", args=[made.pk]) in page(client, "orders:purchase_order", row.pk)

    def test_only_who_sees_the_purchase_order_sees_it(self, world: World, client: Client) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        self.send(client, row, picture())
        address = reverse("orders:report_photo", args=[ProductionReport.objects.get().pk])
        for who, status in (
            ("owner0", 200),
            ("receiver", 200),
            ("viewer", 200),
            ("owner1", 404),
            ("other_requester", 404),
        ):
            client.force_login(world.people[who])
            response = client.get(address)
            assert response.status_code == status, who
            if status == 200:
                assert response["Content-Type"] == "image/jpeg"
                assert "private" in response["Cache-Control"]
                assert Image.open(io.BytesIO(response.getvalue())).size == (64, 48)

    @pytest.mark.parametrize(
        "content",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            b"\xff\xd8\xff\xe0 broken",
            b"GIF89a" + b"\0" * 20,
        ],
    )
    def test_what_is_no_photo_is_refused(self, world: World, client: Client, content: bytes) -> None:
        _order, row = started(world)
        client.force_login(world.people["owner0"])
        response = self.send(client, row, content)
        assert response.status_code == 422
        assert "bukan foto" in response.content.decode()
        assert not ProductionReport.objects.exists()

    def test_size_and_pixels_are_bounded(self) -> None:
        with pytest.raises(InvalidInput, match="5 MB"):
            photos.redrawn(io.BytesIO(b""), photos.LARGEST_BYTES + 1)
        flat = picture("PNG", (8000, 7000))
        with pytest.raises(InvalidInput, match="terlalu besar"):
            photos.redrawn(io.BytesIO(flat), len(flat))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_large_ones_are_made_small(self, kind: str) -> None:
        sent = picture(kind, (3000, 200))
        made = Image.open(io.BytesIO(photos.redrawn(io.BytesIO(sent), len(sent))))
        assert made.format == "JPEG"
        assert max(made.size) == photos.LONGEST_SIDE


@pytest.mark.parametrize(("latest", "is_between"), [(20, False), (21, True)])
def test_one_day_lies_between_no_two_days(latest: int, *, is_between: bool) -> None:
    days = {
        "expected": date(2026, 11, 20),
        "earliest": date(2026, 11, 20),
        "latest": date(2026, 11, latest),
    }
    told = SimpleNamespace(**days, days_left=5, late_percent=0, state="producing", reports=1)
    page = render_to_string("orders/_forecast.html", {"forecast": told, "due": None})
    shown = " ".join(strip_tags(page).split())
    assert ("20 November 2026, antara 20 November 2026 dan 21 November 2026." in shown) == is_between
    assert ("20 November 2026. Kemungkinan" in shown) == (not is_between)


class TestForecasts:
    def late(self, world: World) -> tuple[Order, PurchaseOrder]:
        """Half of the time is gone and little is made."""
        with clock.at(clock.now() - timedelta(days=25)):
            order, row = started(world)
        produce.report_progress(purchase_order_id=row.pk, percent=10, actor=world.actor("owner0"))
        return order, PurchaseOrder.objects.get(pk=row.pk)

    def test_everybody_whom_it_concerns_reads_it_in_words(self, world: World, client: Client) -> None:
        order, row = self.late(world)
        for who in ("requester", "coordinator", "viewer", "owner0"):
            client.force_login(world.people[who])
            shown = page(client, "orders:progress", row.pk)
            assert "Mungkin terlambat" in shown
            assert "Perkiraan selesai" in shown
            assert "Kemungkinan terlambat" in shown
        client.force_login(world.people["owner0"])
        assert "Mungkin terlambat" in page(client, "orders:purchase_order", row.pk)
        client.force_login(world.people["requester"])
        assert "perkiraan selesai" in page(client, "orders:detail", order.pk)
        for who in ("owner1", "other_requester"):
            client.force_login(world.people[who])
            assert client.get(reverse("orders:progress", args=[row.pk])).status_code == 404

    def test_staff_find_it_in_a_list_that_leads_to_a_proposal(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        _order, row = self.late(world)
        client.force_login(world.people["coordinator"])
        with django_assert_max_num_queries(10):
            shown = page(client, "orders:late")
        assert row.number in shown
        assert reverse("orders:amendment_choose", args=[row.pk]) in shown
        client.force_login(world.people["viewer"])
        assert reverse("orders:amendment_choose", args=[row.pk]) not in page(client, "orders:late")
        for who in ("requester", "owner0"):
            client.force_login(world.people[who])
            assert client.get(reverse("orders:late")).status_code == 404

    def test_the_buyer_finds_it_at_home(self, world: World, client: Client) -> None:
        order, row = self.late(world)
        client.force_login(world.people["requester"])
        shown = page(client, "buyers:home")
        assert "Mungkin terlambat" in shown
        assert reverse("orders:progress", args=[row.pk]) in shown
        client.force_login(world.people["other_requester"])
        assert order.number not in page(client, "buyers:home")

    def test_what_is_in_time_is_in_no_list(self, world: World, client: Client) -> None:
        _order, row = started(world)
        produce.report_progress(purchase_order_id=row.pk, percent=80, actor=world.actor("owner0"))
        client.force_login(world.people["coordinator"])
        assert row.number not in page(client, "orders:late")
        assert "Diperkirakan tepat waktu" in page(client, "orders:progress", row.pk)
