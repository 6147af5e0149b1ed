"""What is commanded about an institution by its own administrator: proposed, decided, and how its papers look."""

from dataclasses import replace
from decimal import Decimal

from accounts.models import User
from buyers.authority import OfficerInput, RuleInput, SimilarInput
from buyers.models import Institution, ProposedChange
from buyers.own import deciding, proposing
from buyers.own.letterhead import NumberInput, set_logo, set_numbers
from buyers.register.officers import roles_held
from buyers.register.registry import TermsInput, set_terms
from tests.walk.expo import Expo

CASHIER = "bendahara.kedua@contoh.id"


class OwnRegister(Expo):
    """Commands of the administrator of the first institution, and of the coordinator who answers."""

    def own_register(self) -> None:
        waiting = list(ProposedChange.objects.waiting())
        if waiting and self.dice.random() < 0.8:
            self._decide(self.dice.choice(waiting))
            return
        kinds = ("officer", "rules", "terms", "end", "set_terms", "set_logo", "set_numbers")
        getattr(self, f"_own_{self.rare(*kinds)}")()

    def _decide(self, proposed: ProposedChange) -> None:
        which, own, other = (
            self.rare("confirm", "refuse", "withdraw"),
            self.actor("admin"),
            self.actor("coordinator"),
        )
        if which == "confirm":
            self.give("confirm_change", lambda: deciding.confirm_change(change_id=proposed.pk, actor=other))
        elif which == "refuse":
            self.give(
                "refuse_change",
                lambda: deciding.refuse_change(change_id=proposed.pk, reason="Belum ada SK", actor=other),
            )
        else:
            self.give("withdraw_change", lambda: deciding.withdraw_change(change_id=proposed.pk, actor=own))

    def _own_officer(self) -> None:
        key, actor = self.world.institution.pk, self.actor("admin")
        said = OfficerInput(
            email=CASHIER, name="Bendahara kedua", post="Bendahara", roles=["treasurer"],
            nip=self.dice.choice(["", "1980"]),
        )  # fmt: skip
        self.give(
            "propose_officer",
            lambda: proposing.propose_officer(institution_id=key, officer=said, actor=actor),
        )

    def _own_end(self) -> None:
        """The second treasurer goes again, when there is one."""
        row, actor = self.world.institution, self.actor("admin")
        user = User.objects.filter(email=CASHIER).first()
        if user is None or not roles_held(row, user):
            self._own_officer()
            return
        self.give(
            "propose_end",
            lambda: proposing.propose_end(institution_id=row.pk, user_id=user.pk, actor=actor),
        )

    def _own_rules(self) -> None:
        key, actor = self.world.institution.pk, self.actor("admin")
        rules = [RuleInput(level=1, minimum_value=Decimal(0), post=self.dice.choice(["PPK", "Pejabat"]))]
        similar = SimilarInput(similar_days=self.dice.choice([20, 30]))
        self.give(
            "propose_rules",
            lambda: proposing.propose_rules(institution_id=key, rules=rules, similar=similar, actor=actor),
        )

    def _terms(self) -> TermsInput:
        """Another tax number alone: other terms would ask for every quote again."""
        row = Institution.objects.get(pk=self.world.institution.pk)
        said = TermsInput(npwp="", payment_terms=row.payment_terms, late_fine=row.late_fine)
        return replace(said, npwp=self.dice.choice(["123456789012345", "123456789012346"]))

    def _own_terms(self) -> None:
        key, actor, terms = self.world.institution.pk, self.actor("admin"), self._terms()
        self.give(
            "propose_terms",
            lambda: proposing.propose_terms(institution_id=key, terms=terms, actor=actor),
        )

    def _own_set_terms(self) -> None:
        key, actor, terms = self.world.institution.pk, self.actor("coordinator"), self._terms()
        self.give("set_terms", lambda: set_terms(institution_id=key, terms=terms, actor=actor))

    def _own_set_logo(self) -> None:
        key, actor = self.world.institution.pk, self.actor("admin")
        png = self.dice.choice([None, b"merah", b"biru"])
        self.give("set_logo", lambda: set_logo(institution_id=key, png=png, actor=actor))

    def _own_set_numbers(self) -> None:
        key, actor = self.world.institution.pk, self.actor("admin")
        pattern = self.dice.choice(
            ["{sequence:03d}/{code}/{owner}/{roman_month}/{year}", "{sequence}/{code}/{owner}/{year}"]
        )
        formats = [NumberInput(code="SP", pattern=pattern)]
        self.give("set_numbers", lambda: set_numbers(institution_id=key, formats=formats, actor=actor))
