"""The checklist of a new organiser ticks itself from what is there, and goes when it is done or put away."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acting import Actor, actor_for
from accounts.inviting import inviting
from accounts.models import Invitation, Membership, Organisation, Role, User
from expo.begin.checklist import checklist_of
from expo.models import Setup
from msmes.models import Category, Product
from tests.expo.begin.typed import up_to_choices, up_to_coordinator
from tests.factories import make_user, make_world

pytestmark = pytest.mark.django_db


def of_setup(client: Client) -> Actor:
    setup = Setup.objects.get()
    assert setup.coordinator is not None
    assert setup.organisation is not None
    return actor_for(user=setup.coordinator, organisation=setup.organisation)


def ticked(actor: Actor) -> set[str]:
    found = checklist_of(actor)
    assert found is not None
    return {str(line.label) for line in found.lines if line.done}


def finished(client: Client) -> Client:
    up_to_choices(client)
    client.post(reverse("expo:begin_trial"), {})
    client.post(reverse("expo:begin_ready"))
    return client


def test_it_ticks_itself(client: Client) -> None:
    up_to_choices(client)
    actor = of_setup(client)
    assert ticked(actor) == set()
    client.post(reverse("expo:begin_ready"))
    assert ticked(actor) == {"Selesaikan penyiapan"}
    inviting.invite_member(
        email="lain@contoh.id",
        name="Lain",
        organisation_id=actor.organisation_id or 0,
        roles=["viewer"],
        actor=actor,
    )
    assert "Undang rekan kerja" in ticked(actor), "asked to come is enough"
    Invitation.objects.all().delete()
    rekan = make_user("rekan@contoh.id", "Rekan")
    Membership.objects.create(user=rekan, organisation_id=actor.organisation_id or 0, role=Role.VIEWER)
    Product.objects.create(
        code="A",
        name="A",
        unit="buah",
        specification="x",
        reference_price=1,
        category=Category.objects.earliest("pk"),
    )
    assert ticked(actor) == {"Selesaikan penyiapan", "Undang rekan kerja", "Isi katalog produk"}
    assert _page_of(actor, "Isi katalog produk") == reverse("msmes:catalogue")
    assert checklist_of(actor_for(user=rekan, organisation=_office())) is None  # a viewer does none of it


def test_an_empty_catalogue_begins_with_the_form(client: Client) -> None:
    finished(client)
    assert _page_of(of_setup(client), "Isi katalog produk") == reverse("msmes:product_new")


def _page_of(actor: Actor, label: str) -> str:
    found = checklist_of(actor)
    assert found is not None
    (line,) = [line for line in found.lines if line.label == label]
    return line.url


def _office() -> Organisation:
    found = Setup.objects.get().organisation
    assert found is not None
    return found


def test_every_line_leads_to_a_page(client: Client) -> None:
    finished(client)
    found = checklist_of(of_setup(client))
    assert found is not None
    for line in found.lines:
        assert client.get(line.url).status_code in (200, 302), line.label


def test_it_goes_when_put_away(client: Client) -> None:
    finished(client)
    assert "Langkah berikutnya" in client.get(reverse("expo:home")).content.decode()
    assert client.post(reverse("expo:begin_dismiss"))["Location"] == reverse("expo:home")
    assert "Langkah berikutnya" not in client.get(reverse("expo:home")).content.decode()
    assert checklist_of(of_setup(client)) is None
    assert client.post(reverse("expo:begin_dismiss")).status_code == 302


def test_it_goes_when_everything_is_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    finished(client)
    actor = of_setup(client)
    whole = Organisation.objects.get(pk=actor.organisation_id or 0)

    class Everything:
        def get(self, **_options: Any) -> Any:
            found = (
                "second_step",
                "logo",
                "colleague",
                "institution",
                "msme",
                "category",
                "product",
                "order",
            )
            for name in ("takes_applications", *(f"has_{one}" for one in found)):
                setattr(whole, name, True)
            return whole

    monkeypatch.setattr(type(Organisation.objects), "annotate", lambda *_a, **_k: Everything())
    assert checklist_of(actor) is None


def test_organisers_without_a_set_up_have_none(client: Client) -> None:
    world = make_world()
    client.force_login(world.people["coordinator"])
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = client.get(reverse("expo:home")).content.decode()
    assert "Langkah berikutnya" not in page
    assert not any('FROM "expo_setup" WHERE' in one["sql"] for one in seen.captured_queries)
    assert client.post(reverse("expo:begin_dismiss")).status_code == 409


def test_before_the_edition_the_home_leads_back_to_the_set_up(client: Client) -> None:
    up_to_coordinator(client)
    page = client.get(reverse("expo:home")).content.decode()
    assert reverse("expo:begin") in page
    assert User.objects.count() == 1
