"""The institution's own pages: what an administrator sees and sends, and what the organiser reads of it."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Invitation, Membership, Role
from buyers.models import DeliverySite, Institution, Officer, ProposedChange
from buyers.own import deciding
from tests.buyers.administrators import propose
from tests.factories import World, make_user, make_world


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    world.people["admin2"] = make_user("admin2@contoh.id", "Administrator kedua")
    Membership.objects.create(
        user=world.people["admin2"], organisation=world.institution.organisation, role=Role.ADMINISTRATOR
    )
    return world


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


def url(world: World, name: str) -> str:
    return reverse(f"buyers:{name}", args=[world.institution.pk])


def as_sent(client: Client, address: str, **changes: str) -> dict[str, str]:
    """What the form at an address would send unchanged, with changes."""
    form = client.get(address).context["form"]
    said: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        said[name] = "" if value is None or value is False else value
    opened = getattr(form, "opened", None)
    return {**said, "versi": opened.version if opened else "", "sudah_dibaca": "1", **changes}


def test_the_own_page_is_the_register_with_the_way_home(world: World) -> None:
    html = signed_in(world, "admin").get(reverse("buyers:own")).content.decode()
    for name in (
        "institution_edit",
        "terms_edit",
        "rules_edit",
        "site_new",
        "unit_new",
        "officer_new",
        "logo",
        "numbers",
    ):
        assert url(world, name) in html
    assert f'href="{reverse("buyers:institutions")}"' not in html
    assert "Riwayat" in html


def test_a_site_gets_opening_hours_at_once(world: World) -> None:
    client = signed_in(world, "admin")
    site = world.site
    address = reverse("buyers:site_edit", args=[site.pk])
    answer = client.post(
        address, as_sent(client, address, opening_hours="Senin–Jumat 08.00–15.00", is_active="on")
    )
    assert answer.url == reverse("buyers:own")  # type: ignore[attr-defined]
    assert DeliverySite.objects.get(pk=site.pk).opening_hours == "Senin–Jumat 08.00–15.00"
    assert "Senin–Jumat 08.00–15.00" in client.get(reverse("buyers:profile")).content.decode()


def test_the_profile_form_leaves_money_to_another_page(world: World) -> None:
    client = signed_in(world, "admin")
    address = url(world, "institution_edit")
    sent = as_sent(client, address, phone="031-99")
    assert "npwp" not in sent
    assert client.post(address, sent).status_code == 302
    row = Institution.objects.get(pk=world.institution.pk)
    assert (row.phone, row.payment_terms) == ("031-99", world.institution.payment_terms)


def test_terms_wait_with_old_and_new_beside_and_the_second_administrator_confirms(world: World) -> None:
    client = signed_in(world, "admin")
    address = url(world, "terms_edit")
    client.post(address, as_sent(client, address, payment_terms="Bayar 30 hari"))
    row = Institution.objects.get(pk=world.institution.pk)
    assert row.payment_terms == world.institution.payment_terms
    proposed = ProposedChange.objects.get()
    page = reverse("buyers:proposal", args=[proposed.pk])
    for who in ("admin", "admin2", "coordinator", "viewer"):
        html = signed_in(world, who).get(page).content.decode()
        assert "Bayar 30 hari" in html, who
        assert world.institution.payment_terms in html, who
        decides = reverse("buyers:proposal_confirm", args=[proposed.pk]) in html
        assert decides is (who in ("admin2", "coordinator")), who
    for who in ("admin", "admin2"):
        assert page in signed_in(world, who).get(reverse("buyers:home")).content.decode()
    for address in (url(world, "institution"), reverse("buyers:institutions")):
        assert page in signed_in(world, "coordinator").get(address).content.decode()
    assert page not in signed_in(world, "requester").get(reverse("buyers:home")).content.decode()
    done = signed_in(world, "admin2").post(reverse("buyers:proposal_confirm", args=[proposed.pk]))
    assert done.url == reverse("buyers:own")  # type: ignore[attr-defined]
    assert Institution.objects.get(pk=row.pk).payment_terms == "Bayar 30 hari"
    history = signed_in(world, "coordinator").get(url(world, "institution")).content.decode()
    assert world.people["admin"].name in history
    assert "Administrator kedua" in history


def test_ones_own_proposal_answers_403_and_an_outdated_one_409(world: World) -> None:
    proposed = propose(world, world.actor("admin"), "terms")
    confirm = reverse("buyers:proposal_confirm", args=[proposed.pk])
    assert signed_in(world, "admin").post(confirm).status_code == 403
    Institution.objects.filter(pk=world.institution.pk).update(late_fine="Lain")
    answer = signed_in(world, "admin2").post(confirm)
    assert answer.status_code == 409
    assert "berubah" in answer.content.decode()
    assert (
        "kedaluwarsa"
        in signed_in(world, "admin")
        .get(reverse("buyers:proposal", args=[proposed.pk]))
        .content.decode()
        .lower()
    )


def test_refusing_needs_a_reason_and_keeps_the_page(world: World) -> None:
    proposed = propose(world, world.actor("admin"), "rules")
    refuse = reverse("buyers:proposal_refuse", args=[proposed.pk])
    client = signed_in(world, "coordinator")
    assert client.post(refuse, {"reason": ""}).status_code == 422
    assert client.post(refuse, {"reason": "SK belum ada"}).status_code == 302
    html = signed_in(world, "admin").get(reverse("buyers:proposal", args=[proposed.pk])).content.decode()
    assert "SK belum ada" in html


def test_the_member_pages_lead_authority_to_a_proposal(world: World) -> None:
    """Invite a treasurer, give a role, end an approver: each ends as a proposal; a receiver is invited at once."""
    client = signed_in(world, "admin")
    key = world.institution.pk
    invite = reverse("accounts:member_invite", args=[key])
    asked = client.post(invite, {"email": "bendahara@contoh.id", "name": "Bendahara", "roles": ["treasurer"]})
    officer = reverse("buyers:officer_new", args=[key])
    assert asked.url.startswith(officer)  # type: ignore[attr-defined]
    sent = as_sent(client, asked.url, post="Bendahara")  # type: ignore[attr-defined]
    assert client.post(officer, sent).status_code == 302
    assert ProposedChange.objects.get(kind="officer").given["roles"] == ["treasurer"]
    approver = world.people["approver"].pk
    end = client.get(reverse("accounts:member_end", args=[key, approver]))
    assert end.url == reverse("buyers:colleague_end", args=[key, approver])  # type: ignore[attr-defined]
    assert client.post(end.url).status_code == 302  # type: ignore[attr-defined]
    assert ProposedChange.objects.get(kind="end").given["user_id"] == approver
    assert Officer.objects.get(user=approver).is_active
    client.post(invite, {"email": "penerima@contoh.id", "name": "Penerima", "roles": ["receiver"]})
    assert [row.email for row in Invitation.objects.all()] == ["penerima@contoh.id"]
    assert not Membership.objects.filter(user__email="bendahara@contoh.id").exists()
    for one in ProposedChange.objects.all():
        deciding.confirm_change(change_id=one.pk, actor=world.actor("coordinator"))
    assert Membership.objects.filter(user__email="bendahara@contoh.id", role="treasurer").exists()
    assert not Officer.objects.get(user=approver).is_active


# --- The letterhead ------------------------------------------------------------------------------------------


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", (width, height), "red").save(out, kind)
    return out.getvalue()


def send_logo(world: World, content: bytes, name: str = "logo.png") -> Any:
    file = io.BytesIO(content)
    file.name = name
    return signed_in(world, "admin").post(url(world, "logo"), {"logo": file})


def test_a_logo_is_drawn_anew_and_shown(world: World) -> None:
    assert send_logo(world, picture(1_200, 800)).status_code == 302
    row = Institution.objects.get(pk=world.institution.pk)
    answer = signed_in(world, "coordinator").get(url(world, "logo_picture"))
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (600, 400))
    assert row.logo_id
    signed_in(world, "admin").post(url(world, "logo_remove"))
    assert Institution.objects.get(pk=row.pk).logo_id is None


BAD_LOGOS: dict[str, Callable[[], bytes]] = {
    "a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a page": lambda: b"<!doctype html><script>alert(1)</script>",
    "ten thousand pixels wide": lambda: picture(10_000, 20),
    "ten thousand pixels high": lambda: picture(20, 10_000),
    "half a picture": lambda: picture(300, 300)[:120],
    "nothing": lambda: b"",
    "of another kind": lambda: picture(20, 20, "GIF"),
}


@pytest.mark.parametrize("what", BAD_LOGOS)
def test_what_is_no_logo_is_refused_with_a_sentence(world: World, what: str) -> None:
    answer = send_logo(world, BAD_LOGOS[what]())
    assert answer.status_code == 422
    assert str(answer.context["form"].errors["logo"][0]).endswith(".")
    assert Institution.objects.get(pk=world.institution.pk).logo_id is None


# --- Numbers -------------------------------------------------------------------------------------------------


def test_a_pattern_is_looked_at_before_it_is_kept(world: World) -> None:
    client = signed_in(world, "admin")
    address = url(world, "numbers")
    sent = as_sent(client, address, **{"SP-pattern": "{sequence:04d}/{code}/{owner}/{year}"})
    shown = client.post(address, {**sent, "contoh": "1"})
    assert "0001/SP/BI-CTH/" in shown.content.decode()
    assert not world.institution.organisation.number_formats.exists()
    assert client.post(address, sent).status_code == 302
    kept = world.institution.organisation.number_formats.get()
    assert (kept.code, kept.pattern) == ("SP", "{sequence:04d}/{code}/{owner}/{year}")
    order = world.approved()
    assert sorted(row.number for row in order.purchase_orders.all())[0].startswith("0001/SP/BI-CTH/")


BAD_PATTERNS = {
    "{sequence}/{kota}/{year}": "hanya boleh memakai",
    "{sequence.__class__}/{year}": "hanya boleh memakai",
    "{sequence:999999999d}/{year}": "hanya boleh memakai",
    "{year}/SP": "{sequence}",
    "{sequence}/SP": "{year}",
    "{sequence": "kurung kurawal",
}


@pytest.mark.parametrize("pattern", BAD_PATTERNS)
def test_an_unknown_token_is_refused_and_the_known_ones_named(world: World, pattern: str) -> None:
    client = signed_in(world, "admin")
    address = url(world, "numbers")
    for more in ({}, {"contoh": "1"}):
        sent = as_sent(client, address, **{"SP-pattern": pattern})
        answer = client.post(address, {**sent, **more})
        said = str(answer.context["form"].errors["SP-pattern"][0])
        assert BAD_PATTERNS[pattern] in said
        assert answer.context["form"]["SP-pattern"].value() == pattern
    assert not world.institution.organisation.number_formats.exists()


def test_a_number_that_fits_nowhere_is_refused(world: World) -> None:
    organisation = world.institution.organisation
    organisation.code = "KANTOR-YANG-PANJANG-NAMA"
    organisation.save(update_fields=["code"])
    client, address = signed_in(world, "admin"), url(world, "numbers")
    sent = as_sent(client, address, **{"SP-pattern": "{sequence}/{year}/{owner}/{owner}/{owner}"})
    answer = client.post(address, sent)
    assert "lebih panjang dari 80" in str(answer.context["form"].errors["SP-pattern"][0])


# --- Dry run -------------------------------------------------------------------------------------------------


def test_who_would_have_to_sign_240_million(world: World) -> None:
    row = world.institution
    row.approval_rules.create(level=2, minimum_value=Decimal(200_000_000), post="Kepala Kantor")
    client = signed_in(world, "admin")
    html = client.get(url(world, "dry_run"), {"nilai": "240000000"}).content.decode()
    assert "Rp240.000.000" in html
    assert "Kepala Kantor" in html
    assert "Satu orang hanya menandatangani satu tingkat" in html
    Officer.objects.filter(user=world.people["approver"]).update(level=1)
    html = client.get(url(world, "dry_run"), {"nilai": "240.000.000"}).content.decode()
    assert "Tingkat 2 (Kepala Kantor)" in html
    html = client.get(url(world, "dry_run"), {"nilai": "100.000.000"}).content.decode()
    assert "Kepala Kantor" not in html
    assert world.people["approver"].name in html
    assert client.get(url(world, "dry_run"), {"nilai": "banyak"}).status_code == 422
