"""What coordinators command about orders: questions, links, addenda, reminders, proposals of a split."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.acting import Actor
from expo.models import Pledge
from msmes.models import Msme
from orders.amending import amend
from orders.asking import asking, link_sending, links, sourcing
from orders.chasing import chase
from orders.models import Allocation, Amendment, AnswerLink, Order, SplitProposal
from orders.requesting import pledged
from orders.split import propose
from orders.split.problem import SplitRules
from orders.workflow import RUNNING, OrderStatus
from procurement import clock
from procurement.errors import Refused
from tests.orders.commands import PRICES
from tests.walk.buyers import Buyers

STANDING = [state for state in OrderStatus.values if state not in ("draft", "lost", "cancelled")]


class Staff(Buyers):
    """Commands of coordinators, and the answers to them that come by a link."""

    # --- Questions -----------------------------------------------------------------------------------------------

    def ask(self, order: Order | None = None) -> None:
        order = order or self.order("requested")
        if order is None:
            return
        msmes, asks = list(Msme.objects.order_by("pk")), []
        for row in order.lines.all():
            for msme in self.dice.sample(msmes, self.dice.randint(1, 3)):
                quantity = row.quantity // 2 + 1 if self.dice.random() < 0.3 else row.quantity
                quantity += 1 if self.dice.random() < 0.02 else 0
                asks.append(asking.Ask(line_id=row.pk, msme_id=msme.pk, quantity=quantity))
        pk, deadline = order.pk, clock.now() + timedelta(days=self.dice.choice([1, 3, 9]))
        sealed, actor = self.dice.random() < 0.1, self.actor("coordinator")
        self.give(
            "ask:sealed" if sealed else "ask",
            lambda: asking.ask_msmes(order_id=pk, asks=asks, deadline=deadline, sealed=sealed, actor=actor),
        )

    def start_rounds(self, order: Order | None = None) -> None:
        if order := order or self.order("requested"):
            rules = sourcing.RoundRules(
                until=clock.today() + timedelta(days=self.dice.choice([0, 3, 30, 30, 30])),
                answer_days=self.dice.choice([1, 2, 5]),
                most_rounds=self.dice.choice([1, 2, 5]),
                remind_hours=self.dice.choice([0, 6]),
                sealed=self.dice.random() < 0.15,
            )
            self.give(
                "rounds:start",
                lambda: sourcing.start_sourcing(
                    order_id=order.pk, rules=rules, actor=self.actor("coordinator")
                ),
            )

    def _link(self) -> AnswerLink | None:
        rows = list(AnswerLink.objects.select_related("order").exclude(nonce="").order_by("pk"))
        usable = [
            row
            for row in rows
            if not row.used_at and not row.revoked_at and row.expires_at > clock.now()
            and row.order.status == "requested"
        ]  # fmt: skip
        rows = usable if usable and self.dice.random() < 0.9 else rows
        return self.dice.choice(rows) if rows else None

    def answer_by_link(self) -> None:
        """All questions of a link, with the code where the value asks for one."""
        if (link := self._link()) is None:
            return
        token = links.token_of(link)
        try:
            rows = links.open_link(token).rows
        except Refused as refusal:
            self.seen("open_link", refusal)
            return
        kind = self.dice.choice(["in full", "in full", "in part", "no"])
        answers, code = [self._said(row, kind) for row in rows], ""
        if links.needs_code(link, answers) and self.dice.random() < 0.9:
            self.give("send_code", lambda: links.send_code(token=token))
            code = links.CODES.of(AnswerLink.objects.get(pk=link.pk))
        self.give("answer_by_link", lambda: links.answer_by_link(token=token, answers=answers, code=code))

    def send_code(self) -> None:
        if link := self._link():
            token = links.token_of(link)
            self.give("send_code", lambda: links.send_code(token=token))

    def show_links(self) -> None:
        if link := self._link():
            actor = self.actor("coordinator")
            self.give("show_links", lambda: link_sending.show_links(order_id=link.order_id, actor=actor))

    def renew_link(self) -> None:
        if link := self._link():
            actor = self.actor("coordinator")
            self.give("renew_link", lambda: link_sending.renew_link(link_id=link.pk, actor=actor))

    def answer_for(self) -> None:
        """A coordinator writes down what an MSME said, also where it has answered or may not be spoken for."""
        rows = list(Allocation.objects.filter(order__status="requested").order_by("pk"))
        if not rows:
            return
        chosen = self.dice.choice(rows)
        mine = [row for row in rows if (row.order_id, row.msme_id) == (chosen.order_id, chosen.msme_id)]
        answers = [self._said(row, self.dice.choice(["in full", "in part", "no"])) for row in mine]
        actor = self.actor("coordinator")
        self.give(
            "answer_for",
            lambda: asking.answer_for_msme(
                order_id=chosen.order_id, msme_id=chosen.msme_id, answers=answers, how="Telepon", actor=actor
            ),
        )

    def revoke_link(self) -> None:
        if link := self._link():
            self.give(
                "revoke_link", lambda: links.revoke_link(link_id=link.pk, actor=self.actor("coordinator"))
            )

    # --- Addenda -------------------------------------------------------------------------------------------------

    def propose_move(self) -> None:
        """A part, the rest, or all of a share goes to another MSME, dearer or cheaper."""
        if (share := self._share()) is None:
            return
        takers = [
            pk for pk in Msme.objects.order_by("pk").values_list("pk", flat=True) if pk != share.msme_id
        ]
        taker = self.dice.choice(takers)
        same = Allocation.objects.filter(line_id=share.line_id, msme_id=taker, quantity__gt=0).first()
        price = same.price if same and same.price else self.dice.choice([*PRICES, Decimal(1)])
        move = amend.Move(
            allocation_id=share.pk,
            msme_id=taker,
            quantity=self.dice.choice([share.unshipped, share.unshipped, share.unshipped // 2, 1]),
            price=price,
            ready_on=clock.today() + timedelta(days=self.dice.choice([1, 13, 27, 41])),
        )
        actor = self.actor("coordinator")
        self.give(
            "propose move",
            lambda: amend.propose_move(order_id=share.order_id, move=move, reason="Terlambat", actor=actor),
        )

    def agree(self) -> None:
        """Whoever has not agreed yet does; the last yes moves the pieces and their weeks."""
        if (row := self._amendment()) is None:
            return
        whose = self._sides(row)
        missing = [side for side in whose if getattr(row, side) is None]
        actor = whose[self.dice.choice(missing or list(whose))]
        name = "agree, the last" if len(missing) == 1 else "agree"
        self.give(f"{name}: {row.kind}", lambda: amend.agree(amendment_id=row.pk, actor=actor))

    def end_amendment(self) -> None:
        if (row := self._amendment()) is None:
            return
        pk, reason = row.pk, self.reason()
        if self.rare("refuse", "withdraw") == "refuse":
            side, actor = self.dice.choice(sorted(self._sides(row).items()))
            self.give(
                f"refuse addendum: {side.partition('_')[0]}",
                lambda: amend.refuse(amendment_id=pk, reason=reason, actor=actor),
            )
        else:
            actor = self.actor("coordinator")
            self.give(
                "withdraw addendum", lambda: amend.withdraw(amendment_id=pk, reason=reason, actor=actor)
            )

    def _sides(self, row: Amendment) -> dict[str, Actor]:
        """Who says yes or no, by the field that keeps it."""
        whose = {
            "buyer_agreed_at": self.buyer(row.order, "approver"),
            "giver_agreed_at": self.owner_of(row.allocation.msme_id),
        }
        if row.msme_id is not None:
            whose["taker_agreed_at"] = self.owner_of(row.msme_id)
        return whose

    # --- Pledge, reminders, split --------------------------------------------------------------------------------

    def link_pledge(self) -> None:
        """Mostly an order that has none yet and a pledge of the same institution and edition."""
        order, pledge = self.order(*STANDING), self.pledge()
        if order is None or pledge is None:
            return
        if self.dice.random() < 0.9:
            for one in Pledge.objects.filter(kind="order", status="open").order_by("pk"):
                found = Order.objects.filter(
                    pledge__isnull=True, status__in=STANDING, institution=one.institution_id, edition=one.edition
                ).order_by("pk").first()  # fmt: skip
                if found is not None:
                    order, pledge = found, one
        amount = self.dice.choice([None, None, Decimal(1), order.value, pledge.remaining + 1])
        self.give(
            "link_pledge",
            lambda: pledged.link_pledge(
                order_id=order.pk, pledge_id=pledge.pk, amount=amount, actor=self.actor("coordinator")
            ),
        )

    def pledge(self) -> Any:
        raise NotImplementedError

    def follow_up(self) -> None:
        """Remind, note a promise, give the order to somebody."""
        if (order := self.order("requested", "quoted", *RUNNING)) is None:
            return
        staff, pk = self.actor("coordinator"), order.pk
        kind = self.rare("remind", "remind_many", "note", "promise", "assign")
        verbs = {
            "remind": lambda: chase.remind(order_id=pk, actor=staff, is_confirmed=True),
            "remind_many": lambda: chase.remind_many(order_ids=[pk], actor=staff),
            "note": lambda: chase.note(order_id=pk, actor=staff, text="Sudah ditelepon"),
            "promise": lambda: chase.note(
                order_id=pk, actor=staff, text="", promised_on=clock.today() + timedelta(days=3)
            ),
            "assign": lambda: chase.assign(order_id=pk, actor=staff, user_id=staff.user_id or 0),
        }
        self.give(f"chase:{kind}", verbs[kind])

    def propose_split(self) -> None:
        if order := self.order("requested"):
            self.give(
                "split:propose",
                lambda: propose.propose_split(
                    order_id=order.pk, rules=SplitRules(), actor=self.actor("coordinator")
                ),
            )

    def change_plan(self) -> None:
        """Give one line of a scenario to one MSME as far as the scenario gave it, or to nobody."""
        if (found := self._scenario()) is None:
            return
        proposal, answer = found
        shares = propose.shares_of(answer["shares"])
        if not shares:
            return
        line_id, msme_id = self.dice.choice(sorted(shares))
        pieces = {msme_id: shares[line_id, msme_id] - self.dice.choice([0, 1])}
        actor = self.actor("coordinator")
        self.give(
            "split:change",
            lambda: propose.change_plan(
                order_id=proposal.order_id,
                proposal_id=proposal.pk,
                scenario=answer["scenario"],
                line_id=line_id,
                pieces=pieces,
                actor=actor,
            ),
        )

    def follow_plan(self) -> None:
        if (found := self._scenario()) is None:
            return
        proposal, answer = found
        deadline, actor = clock.now() + timedelta(days=2), self.actor("coordinator")
        self.give(
            "split:follow",
            lambda: propose.follow_plan(
                order_id=proposal.order_id,
                proposal_id=proposal.pk,
                scenario=answer["scenario"],
                deadline=deadline,
                actor=actor,
            ),
        )

    def _scenario(self) -> tuple[SplitProposal, Mapping[str, Any]] | None:
        rows = [row for row in SplitProposal.objects.select_related("order").order_by("pk") if row.answers]
        suited = [row for row in rows if row.order.status == "requested"]
        rows = suited if suited and self.dice.random() < 0.95 else rows
        if not rows:
            return None
        proposal = self.dice.choice(rows)
        return proposal, self.dice.choice(proposal.answers)
