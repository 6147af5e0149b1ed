"""What is commanded about registers: MSMEs and offers, the catalogue, institutions, weeks. Figures follow rows."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from accounts.acting import Actor, actor_for
from accounts.models import Membership, Role
from buyers.models import DeliverySite, Institution, Officer, Unit
from buyers.register import registry as buyers
from msmes.banking import changes
from msmes.banking.account import Account
from msmes.banking.address import address_token
from msmes.capacity import capacity
from msmes.catalogue import catalogue, offers
from msmes.models import BankChange, Category, District, Msme, Offer, Product
from msmes.register import registry
from procurement import clock
from tests.walk.own import OwnRegister

MOST_MSMES = 6
MOST_PRODUCTS = 5


class Registers(OwnRegister):
    """Commands of coordinators and owners about who and what there is."""

    # --- MSMEs ---------------------------------------------------------------------------------------------------

    def msme(self) -> Msme:
        return self.dice.choice(list(Msme.objects.select_related("organisation").order_by("pk")))

    def owner_of(self, msme_id: int) -> Actor:
        """An owner of the MSME; the coordinator where it has none yet."""
        row = (
            Membership.objects.filter(organisation_id=msme_id, role=Role.OWNER, is_active=True)
            .select_related("user", "organisation")
            .order_by("pk")
            .first()
        )
        if row is None:
            return self.actor("coordinator")
        return actor_for(user=row.user, organisation=row.organisation)

    def _contact(self, row: Msme) -> registry.Contact:
        return registry.Contact(
            address=self.dice.choice([row.address, "Jalan Baru 9"]),
            phone="081200000000",
            bank_name="Bank Contoh",
            bank_account=self.dice.choice(["0001", "0002"]),
            bank_holder=row.owner_name,
        )

    def change_msme(self) -> None:
        """Another district, another tax status, another name; closed now and then, and soon opened again."""
        closed = Msme.objects.filter(organisation__is_active=False).first()
        row = closed if closed and self.dice.random() < 0.8 else self.msme()
        districts = list(District.objects.order_by("pk"))
        identity = registry.Identity(
            name=self.dice.choice([row.organisation.name] * 3 + ["Perajin Baru"]),
            code=row.organisation.code,
            size=self.dice.choice([row.size, "small"]),
            district_id=self.dice.choice(districts).pk,
            owner_name=row.owner_name,
            npwp=row.npwp,
            is_taxable=self.dice.choice([row.is_taxable, not row.is_taxable]),
            is_example=row.is_example,
            is_active=not row.organisation.is_active or self.dice.random() < 0.85,
        )
        contact, actor = self._contact(row), self.actor("coordinator")
        moved = "" if identity.district_id == row.district_id else ":district"
        self.give(
            f"change_msme{moved}",
            lambda: registry.change_msme(msme_id=row.pk, actor=actor, identity=identity, contact=contact),
        )

    def change_contact(self) -> None:
        row = self.msme()
        contact, actor = self._contact(row), self.owner_of(row.pk)
        self.give(
            "change_contact",
            lambda: registry.change_contact(
                msme_id=row.pk, actor=actor, address=contact.address, phone=contact.phone
            ),
        )

    def change_account(self) -> None:
        """Another account: asked, confirmed with a right or a wrong code, and now and then stopped."""
        waiting = BankChange.objects.open().order_by("pk").first()
        row = waiting.msme if waiting and self.dice.random() < 0.7 else self.msme()
        actor = self.owner_of(row.pk)
        account = Account(
            bank_name="Bank Contoh", bank_account=self.dice.choice(["0003", "0004"]), bank_holder="Siti"
        )
        if waiting is None or waiting.msme_id != row.pk:
            self.give("ask_account", lambda: changes.ask_change(msme_id=row.pk, account=account, actor=actor))
        change = BankChange.objects.open().filter(msme=row).first()
        if change is None:
            return
        if change.status == "asked":
            self.give("send_account_code", lambda: changes.send_code(change_id=change.pk, actor=actor))
            right = changes.CODES.of(BankChange.objects.get(pk=change.pk))
            code = self.dice.choice([right, right, "000000"])
            self.give(
                "confirm_account",
                lambda: changes.confirm_change(change_id=change.pk, code=code, actor=actor),
            )
        if self.dice.random() < 0.5:
            token = address_token(change)
            if self.dice.random() < 0.5:
                self.give("cancel_account", lambda: changes.cancel_change(change_id=change.pk, actor=actor))
            else:
                self.give("stop_account", lambda: changes.stop_by_address(token=token))

    def register_msme(self) -> None:
        number = Msme.objects.count()
        if number >= MOST_MSMES:
            return
        identity = registry.Identity(
            name=f"Perajin Baru {number}",
            code=f"BARU-{number}",
            size="micro",
            district_id=self.dice.choice(list(District.objects.order_by("pk"))).pk,
            owner_name="Pemilik Baru",
            is_taxable=self.dice.random() < 0.5,
            is_example=True,
        )
        contact = registry.Contact(address="Jalan Baru 1", phone="081200000000")
        actor = self.actor("coordinator")
        self.give(
            "register_msme",
            lambda: registry.register_msme(actor=actor, identity=identity, contact=contact),
        )

    def add_owner(self) -> None:
        """Mostly where nobody owns an MSME yet, so that it can answer."""
        owned = Membership.objects.filter(role=Role.OWNER, is_active=True).values("organisation")
        row = Msme.objects.exclude(pk__in=owned).first() or self.msme()
        email, actor = f"pemilik.{row.pk}@contoh.id", self.actor("coordinator")
        self.give(
            "add_owner",
            lambda: registry.add_owner(msme_id=row.pk, email=email, name="Pemilik Baru", actor=actor),
        )

    def set_offer(self) -> None:
        row = self.msme()
        offer = offers.OfferInput(
            product_id=self.dice.choice(list(Product.objects.order_by("pk"))).pk,
            price=Decimal(self.dice.choice([20_000, 85_000, 0])),
            minimum=self.dice.choice([1, 1, 10]),
            lead_time_days=self.dice.choice([1, 14, 30]),
        )
        actor = self._declarer(row.pk)
        self.give("set_offer", lambda: offers.set_offer(msme_id=row.pk, offer=offer, actor=actor))

    def stop_offer(self) -> None:
        rows = list(Offer.objects.order_by("pk"))
        row = self.dice.choice(rows)
        actor = self._declarer(row.msme_id)
        self.give("stop_offer", lambda: offers.stop_offer(msme_id=row.msme_id, offer_id=row.pk, actor=actor))

    # --- Weeks ---------------------------------------------------------------------------------------------------

    def pause_product(self) -> None:
        msme_id = self.world.msmes[self.dice.randrange(3)].pk
        product_id = self.dice.choice(self.world.products).pk
        first = clock.today() + timedelta(days=self.dice.randint(0, 30))
        actor = self._declarer(msme_id)
        self.give(
            "pause",
            lambda: capacity.pause(
                msme_id=msme_id,
                product_id=product_id,
                first_day=first,
                last_day=first + timedelta(days=6),
                actor=actor,
            ),
        )

    # --- The catalogue -------------------------------------------------------------------------------------------

    def add_product(self) -> None:
        number = Product.objects.count()
        if number < MOST_PRODUCTS:
            said = self._product_said(f"PRD-{number}")
            actor = self.actor("coordinator")
            self.give("add_product", lambda: catalogue.add_product(actor=actor, product=said))

    def change_product(self) -> None:
        """Another category above all: orders keep the one that they were made with."""
        row = self.dice.choice(list(Product.objects.order_by("pk")))
        said = replace(
            self._product_said(row.code), name=row.name, unit=row.unit, is_active=self.dice.random() < 0.85
        )
        actor = self.actor("coordinator")
        self.give(
            "change_product",
            lambda: catalogue.change_product(product_id=row.pk, actor=actor, product=said),
        )

    def add_category(self) -> None:
        number = Category.objects.count()
        if number < MOST_PRODUCTS:
            actor = self.actor("coordinator")
            self.give(
                "add_category",
                lambda: catalogue.add_category(code=f"KAT-{number}", name=f"Kategori {number}", actor=actor),
            )

    def change_category(self) -> None:
        """Other steps: what was reported before keeps its own."""
        row = self.dice.choice(list(Category.objects.order_by("pk")))
        process = self.dice.choice(Category.Process.values)
        actor = self.actor("coordinator")
        self.give(
            "change_category",
            lambda: catalogue.change_category(category_id=row.pk, process=process, actor=actor),
        )

    def _product_said(self, code: str) -> catalogue.ProductInput:
        return catalogue.ProductInput(
            code=code,
            name="Barang baru",
            category_id=self.dice.choice(list(Category.objects.order_by("pk"))).pk,
            unit="buah",
            specification="Menurut contoh",
            reference_price=Decimal(self.dice.choice([30_000, 60_000])),
        )

    # --- Institutions --------------------------------------------------------------------------------------------

    def register_institution(self) -> None:
        number = Institution.objects.count()
        if number < 4:
            said, actor = self._institution_said(f"INS-{number}"), self.actor("coordinator")
            self.give(
                "register_institution",
                lambda: buyers.register_institution(institution=said, actor=actor),
            )

    def change_institution(self) -> None:
        row, actor = self.of_whom(), self.actor("coordinator")
        said = self._institution_said("")
        self.give(
            "change_institution",
            lambda: buyers.change_institution(institution_id=row.pk, institution=said, actor=actor),
        )

    def _institution_said(self, code: str) -> buyers.InstitutionInput:
        return buyers.InstitutionInput(
            name=self.dice.choice(["Instansi Contoh", "Kantor Contoh"]),
            kind=self.dice.choice(Institution.Kind.values),
            address="Jalan Contoh 5",
            city="Surabaya",
            province="Jawa Timur",
            code=code,
        )

    def set_unit(self) -> None:
        """A new unit, another name, or closed: orders that name it keep it."""
        institution, actor = self.of_whom(), self.actor("coordinator")
        rows = list(Unit.objects.filter(institution=institution).order_by("pk"))
        if len(rows) < 4 and self.rare("add_unit", "change_unit") == "add_unit":
            said = buyers.UnitInput(code=f"U{len(rows)}", name="Satuan Kerja Baru")
            self.give(
                "add_unit", lambda: buyers.add_unit(institution_id=institution.pk, unit=said, actor=actor)
            )
            return
        row = self.dice.choice(rows)
        said = buyers.UnitInput(code=row.code, name="Satuan Kerja", is_active=self.dice.random() < 0.7)
        self.give("change_unit", lambda: buyers.change_unit(unit_id=row.pk, unit=said, actor=actor))

    def set_site(self) -> None:
        institution, actor = self.of_whom(), self.actor("coordinator")
        rows = list(DeliverySite.objects.filter(institution=institution).order_by("pk"))
        said = buyers.SiteInput(
            name=f"Gudang {len(rows)}",
            address="Jalan Gudang 4",
            city=self.dice.choice(["Surabaya", "Malang"]),
        )
        if len(rows) < 4 and self.rare("add_site", "change_site") == "add_site":
            self.give(
                "add_site", lambda: buyers.add_site(institution_id=institution.pk, site=said, actor=actor)
            )
            return
        row = self.dice.choice(rows[1:] or rows)
        said = replace(said, name=row.name, is_active=self.dice.random() < 0.7 or row == rows[0])
        self.give("change_site", lambda: buyers.change_site(site_id=row.pk, site=said, actor=actor))

    def set_officer(self) -> None:
        """A deputy with a limit comes and goes: what they signed stays signed."""
        institution, actor = self.of_whom(), self.actor("coordinator")
        email = f"wakil.{institution.pk}@contoh.id"
        deputy = Officer.objects.filter(institution=institution, user__email=email).first()
        if deputy and self.rare("set_officer", "end_officer") == "end_officer":
            self.give("end_officer", lambda: buyers.end_officer(officer_id=deputy.pk, actor=actor))
            return
        limit = self.dice.choice([None, Decimal(50_000_000)])
        said = buyers.OfficerInput(
            email=email,
            name="Wakil Contoh",
            post="Wakil",
            roles=["approver"],
            level=self.dice.choice([1, 2]),
            limit=limit,
            is_unlimited=limit is None,
        )
        self.give(
            "set_officer",
            lambda: buyers.set_officer(institution_id=institution.pk, officer=said, actor=actor),
        )

    def set_rules(self) -> None:
        institution, actor = self.of_whom(), self.actor("coordinator")
        rules = [buyers.RuleInput(level=1, minimum_value=Decimal(0), post="PPK")]
        if self.dice.random() < 0.6:
            least = Decimal(self.dice.choice([20_000_000, 100_000_000]))
            rules.append(buyers.RuleInput(level=2, minimum_value=least, post="KPA"))
        self.give(
            "set_rules",
            lambda: buyers.set_rules(institution_id=institution.pk, rules=rules, actor=actor),
        )
