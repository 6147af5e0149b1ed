"""What an MSME shows of itself: certificates with their last day, and photos of what it offers."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from msmes.models import Certificate, Offer, OfferPhoto
from msmes.own import certificates, photos
from msmes.own.certificates import CertificateInput
from msmes.own.queries import marks_of
from msmes.photos import MOST, draw
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.files import sweeping
from procurement.files.sizes import FALLBACK_WIDTH, WIDTHS, format_written
from procurement.models import OutboxMessage
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2022, 8, 12, 10, 0, tzinfo=clock.JAKARTA)
TODAY = NOW.date()
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def world() -> World:
    return make_world()


def paper(**said: Any) -> CertificateInput:
    whole: dict[str, Any] = {
        "kind": "pirt",
        "number": "206123",
        "issuer": "Dinas Kesehatan",
        "issued_on": date(2022, 1, 3),
    }
    return CertificateInput(**whole | said)


def write_down(world: World, **said: Any) -> Certificate:
    return certificates.set_certificate(
        msme_id=world.msmes[0].pk, certificate=paper(**said), actor=world.actor("owner0")
    )


def picture(width: int = 800, height: int = 600, kind: str = "JPEG", colour: int = 90) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "rumah pemilik"
    Image.new("RGB", (width, height), (colour, 90, 90)).save(out, kind, exif=exif)
    return out.getvalue()


def status_of(client: Client, address: str) -> int:
    answer: Any = client.get(address)
    release(answer)
    return int(answer.status_code)


def release(answer: Any) -> None:
    """Close the file that is sent; ``close`` would close the database of the test as well."""
    for close in answer._resource_closers:
        close()


# --- Certificates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"issued_on": TODAY + timedelta(days=1)}, "issued_on"),
        ({"issued_on": date(1899, 1, 1)}, "issued_on"),
        ({"valid_until": date(2021, 12, 31)}, "valid_until"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        ({"valid_until": date(2099, 1, 1)}, "valid_until"),
        ({"number": " "}, "number"),
        ({"kind": "tni"}, "kind"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused_at_its_field(
    world: World, said: dict[str, Any], field: str
) -> None:
    with clock.at(NOW), pytest.raises(InvalidInput) as refusal:
        write_down(world, **said)
    assert refusal.value.field == field
    assert not Certificate.objects.exists()


def test_the_same_paper_twice_and_a_product_of_others_are_refused(world: World) -> None:
    with clock.at(NOW):
        write_down(world)
        with pytest.raises(InvalidInput) as refusal:
            write_down(world)
        assert refusal.value.field == "number"
        with pytest.raises(InvalidInput) as refusal:
            write_down(world, number="2", product_id=10**9)
        assert refusal.value.field == "product"
        with pytest.raises(NotPermitted):
            certificates.set_certificate(
                msme_id=world.msmes[0].pk, certificate=paper(number="3"), actor=world.actor("helper0")
            )
        with pytest.raises(NotFound):
            certificates.set_certificate(
                msme_id=world.msmes[1].pk, certificate=paper(number="3"), actor=world.actor("owner0")
            )


def test_the_owner_is_reminded_once_for_each_last_day(world: World) -> None:
    with clock.at(NOW):
        row = write_down(world, valid_until=TODAY + timedelta(days=40))
        assert certificates.remind_of_ends() == 0
    with clock.at(NOW + timedelta(days=11)):
        assert certificates.remind_of_ends() == 1
        assert certificates.remind_of_ends() == 0
        certificates.set_certificate(
            msme_id=world.msmes[0].pk,
            certificate_id=row.pk,
            certificate=paper(valid_until=TODAY + timedelta(days=41)),
            actor=world.actor("owner0"),
        )
        assert certificates.remind_of_ends() == 1
    told = OutboxMessage.objects.filter(topic="accounts.tell")
    assert [one.payload["roles"] for one in told] == [["owner"], ["owner"]]


def test_pages_say_how_far_the_last_day_is(client: Client, world: World) -> None:
    with clock.at(NOW):
        for number, days in enumerate((20, 200)):
            write_down(world, number=str(number), valid_until=TODAY + timedelta(days=days))
        write_down(world, kind="halal", number="tanpa akhir")
    with clock.at(NOW + timedelta(days=21)):
        pages = {"owner0": reverse("msmes:certificates")}
        pages["coordinator"] = reverse("msmes:detail", args=[world.msmes[0].pk])
        for name, address in pages.items():
            client.force_login(world.people[name])
            page = client.get(address).content.decode()
            for word in ("Sudah berakhir", "Berlaku", "tanpa batas"):
                assert word in page, (name, word)


def test_whoever_asks_msmes_sees_what_they_hold(client: Client, world: World) -> None:
    write_down(world, kind="halal", number="1", issued_on=date(2022, 1, 3))
    other = Offer.objects.filter(msme=world.msmes[0]).order_by("-pk")[0].product_id
    write_down(world, number="2", valid_until=clock.today() + timedelta(days=90), product_id=other)
    order = world.requested([30])
    client.force_login(world.people["coordinator"])
    page = client.get(reverse("orders:ask", args=[order.pk])).content.decode()
    assert "Halal" in page
    assert "P-IRT" not in page, "that one is of another product"
    with clock.at(clock.now() + timedelta(days=100)):
        found = marks_of([world.msmes[0].pk])[world.msmes[0].pk]
    assert [one.text.partition(" ")[0] for one in found] == ["Halal", "P-IRT"]
    assert "berakhir" in found[1].text


@pytest.mark.parametrize(
    ("content", "is_taken"),
    [
        (PDF, True),
        (picture(), True),
        (b"<script>alert(1)</script>", False),
        (PDF.replace(b"<<>>", b"<< /JavaScript (x) >>"), False),
        (b"", False),
    ],
)
def test_a_scan_is_a_picture_or_a_pdf_that_runs_nothing(
    client: Client, world: World, content: bytes, is_taken: bool
) -> None:
    client.force_login(world.people["owner0"])
    said = {"kind": "sni", "number": "1", "issuer": "BSN", "issued_on": "2022-01-03"}
    scan = SimpleUploadedFile("surat.pdf", content)
    answer = client.post(reverse("msmes:certificate_new"), said | {"scan": scan})
    assert answer.status_code == (302 if is_taken else 422)
    assert Certificate.objects.count() == is_taken
    if is_taken:
        address = reverse("msmes:certificate_file", args=[Certificate.objects.get().pk])
        for name, status in (("owner0", 200), ("owner1", 404), ("requester", 404), ("coordinator", 200)):
            client.force_login(world.people[name])
            assert status_of(client, address) == status, name


def test_a_certificate_is_corrected_and_removed_by_its_owner(client: Client, world: World) -> None:
    row = write_down(world)
    client.force_login(world.people["owner0"])
    edit = reverse("msmes:certificate_edit", args=[row.pk])
    form = client.get(edit).context["form"]
    said = {"kind": "pirt", "number": "999", "issuer": "Dinas", "issued_on": "2022-01-03"}
    assert client.post(edit, said | {"versi": form.opened.version}).status_code == 302
    assert Certificate.objects.get().number == "999"
    stale = client.post(edit, said | {"number": "111", "versi": form.opened.version})
    assert stale.status_code == 409
    assert client.post(reverse("msmes:certificate_remove", args=[row.pk])).status_code == 302
    assert not Certificate.objects.exists()


# --- Photos --------------------------------------------------------------------------------------------------


def offer_of(world: World, index: int = 0) -> Offer:
    found = Offer.objects.filter(msme=world.msmes[index]).order_by("pk").first()
    assert found is not None
    return found


def send(client: Client, offer: Offer, content: bytes, text: str = "Kemeja parang") -> Any:
    said = {"photo": SimpleUploadedFile("foto.jpg", content), "text": text}
    return client.post(reverse("msmes:offer_photos", args=[offer.pk]), said)


def test_a_photo_is_drawn_anew_small_and_without_what_the_camera_wrote(client: Client, world: World) -> None:
    client.force_login(world.people["owner0"])
    assert send(client, offer_of(world), picture(3000, 2000)).status_code == 302
    photo = OfferPhoto.objects.get()
    page = client.get(reverse("msmes:offers")).content.decode()
    assert "Foto sedang disiapkan" in page
    assert "<picture>" not in page
    assert status_of(client, photo.fallback_url) == 404, "nothing is shown before a worker drew it"
    assert draw(kind="offer", photo_id=photo.pk)
    assert not draw(kind="offer", photo_id=photo.pk), "once is enough"
    photo.refresh_from_db()
    kind = format_written()
    widths: dict[int | None, tuple[str, int]] = {
        None: ("image/jpeg", FALLBACK_WIDTH),
        **{one: (f"image/{kind}", one) for one in WIDTHS},
    }
    for width, (media_type, drawn_width) in widths.items():
        address = reverse("msmes:photo_file", args=[photo.pk] if width is None else [photo.pk, width])
        answer: Any = client.get(f"{address}?v={photo.version}")
        assert answer.headers["Content-Type"] == media_type
        assert "immutable" in answer.headers["Cache-Control"]
        with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as drawn:
            assert drawn.size == (drawn_width, round(drawn_width * 2 / 3))
            assert not dict(drawn.getexif())
        release(answer)
        assert "no-store" in client.get(address)["Cache-Control"], "another version may come to this address"
    assert status_of(client, reverse("msmes:photo_file", args=[photo.pk, 1600])) == 404
    page = client.get(reverse("msmes:offers")).content.decode()
    for part in ('alt="Kemeja parang"', 'loading="lazy"', f'width="{photo.width}"', f'type="image/{kind}"'):
        assert part in page, part


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"#!/bin/sh\nrm -rf /\n", "bukan foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bukan foto"),
        (b"\xff\xd8\xff" + b"0" * 2000, "bukan foto"),
        (picture(10_000, 2_000, "WEBP"), "16 megapiksel"),
        (picture()[:500], "bukan foto"),
        (b"0" * (10 * 1024 * 1024 + 1), "paling besar 10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(
    client: Client, world: World, content: bytes, sentence: str
) -> None:
    client.force_login(world.people["owner0"])
    answer = send(client, offer_of(world), content)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "Kemeja parang" in page, "what was typed is not lost"
    assert not OfferPhoto.objects.exists()


def test_six_photos_in_the_order_that_the_owner_wants(world: World) -> None:
    owner, offer = world.actor("owner0"), offer_of(world)
    made = [
        photos.add_photo(offer_id=offer.pk, picture=picture(40, 30, colour=n * 40), text=str(n), actor=owner)
        for n in range(MOST)
    ]
    with pytest.raises(WrongState, match="Paling banyak 6"):
        photos.add_photo(offer_id=offer.pk, picture=picture(40, 30, colour=250), text="7", actor=owner)
    photos.move_photo(photo_id=made[3].pk, place=0, actor=owner)
    photos.remove_photo(photo_id=made[0].pk, actor=owner)
    assert [row.text for row in offer.photos.all()] == ["3", "1", "2", "4", "5"]
    assert [row.position for row in offer.photos.all()] == [0, 1, 2, 3, 4]
    with pytest.raises(InvalidInput) as refusal:
        photos.add_photo(offer_id=offer.pk, picture=picture(40, 30, colour=120), text="lagi", actor=owner)
    assert refusal.value.field == "photo"
    photos.move_photo(photo_id=made[5].pk, place=2, actor=owner)
    assert [row.text for row in offer.photos.all()] == ["3", "1", "5", "2", "4"]
    photos.move_photo(photo_id=made[3].pk, place=99, actor=owner)
    assert [row.text for row in offer.photos.all()] == ["1", "5", "2", "4", "3"]


def test_photos_are_seen_by_whoever_sees_the_offer_and_changed_by_its_owner(
    client: Client, world: World
) -> None:
    photo = photos.add_photo(
        offer_id=offer_of(world).pk, picture=picture(40, 30), text="Kain", actor=world.actor("owner0")
    )
    draw(kind="offer", photo_id=photo.pk)
    address = reverse("msmes:photo_file", args=[photo.pk])
    for name, status in (
        ("owner0", 200),
        ("helper0", 200),
        ("owner1", 404),
        ("requester", 404),
        ("viewer", 200),
    ):
        client.force_login(world.people[name])
        assert status_of(client, address) == status, name
    for name in ("owner1", "requester"):
        with pytest.raises(NotFound):
            photos.remove_photo(photo_id=photo.pk, actor=world.actor(name))
    with pytest.raises(NotPermitted):
        photos.remove_photo(photo_id=photo.pk, actor=world.actor("helper0"))


def test_the_sweep_knows_the_files_of_photos_and_certificates(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "YOUNG", timedelta(0))
    photo = photos.add_photo(
        offer_id=offer_of(world).pk, picture=picture(40, 30), text="Kain", actor=world.actor("owner0")
    )
    row = certificates.set_certificate(
        msme_id=world.msmes[0].pk,
        certificate=paper(),
        scan=certificates.Scan(PDF, "pdf"),
        actor=world.actor("owner0"),
    )
    draw(kind="offer", photo_id=photo.pk)
    photo.refresh_from_db()
    sweeping.sweep()
    storage = storages["documents"]
    sizes = [photo.file_of(width) for width in (None, *WIDTHS)]
    assert all(map(storage.exists, (photo.file, *sizes, row.file)))
    certificates.remove_certificate(certificate_id=row.pk, actor=world.actor("owner0"))
    sweeping.sweep()
    assert not storage.exists(row.file)
    assert storage.exists(photo.file)
    photos.remove_photo(photo_id=photo.pk, actor=world.actor("owner0"))
    sweeping.sweep()
    assert not any(map(storage.exists, (photo.file, *sizes)))


def test_the_list_of_offers_costs_the_same_with_photos(client: Client, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(world.people["owner0"])
    counts = []
    for number in range(3):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("msmes:offers"))
        counts.append(len(seen))
        for offer in Offer.objects.filter(msme=world.msmes[0]):
            shot = picture(40, 30, colour=number * 80)
            photos.add_photo(offer_id=offer.pk, picture=shot, text="Kain", actor=world.actor("owner0"))
    assert len(set(counts)) == 1, counts
