"""Why this MSME and why that many; why not that one. Every sentence is read off the split itself and can be checked.

Sentences say what is so, never what the solver might have thought.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from orders.split.outcome import amounts_of, ready_by_share, ready_on
from orders.split.problem import ASKED, CONFIRMED, Key, Limit, Option, Problem, Shares, limits
from orders.split.scenarios import CAPPED, EARLIEST, LOCAL, MOST, WEIGHTED, Task, surcharges
from orders.split.wording import SURCHARGES, Reason, why_barred
from procurement.templatetags.words import angka, rupiah_text, tanggal_text


class Reading:
    """One split of one problem, read: everything that a sentence needs, counted once."""

    def __init__(self, problem: Problem, scenario: str, shares: Shares) -> None:
        self.problem = problem
        self.scenario = scenario
        self.shares = {key: count for key, count in shares.items() if count and key in problem.option}
        self.task = Task(problem, scenario)
        self.amounts = amounts_of(problem, self.shares)
        self.left = problem.uncovered(self.shares)
        self.ready_on = ready_on(problem, self.shares)
        self.of_line: dict[int, list[Option]] = defaultdict(list)
        for key in self.shares:
            self.of_line[key[0]].append(problem.option[key])

    @cached_property
    def ready(self) -> dict[Key, date]:
        return ready_by_share(self.problem, self.shares)

    @cached_property
    def limits(self) -> dict[Key, list[tuple[Limit, date | None]]]:
        """The limits of weekly capacity by option; with the earliest, also those up to the day it is ready."""
        found: dict[Key, list[tuple[Limit, date | None]]] = defaultdict(list)
        days = [None, self.ready_on] if self.scenario == EARLIEST and self.ready_on else [None]
        for day in days:
            for limit in limits(self.problem, day):
                for option in limit.options:
                    found[option.key].append((limit, day))
        return found

    def spare(self, option: Option) -> tuple[int, Limit, date | None] | None:
        """Free pieces that the split leaves to an option, the tightest limit, and the day up to which it counts."""
        spares = [
            (limit.most - sum(self.shares.get(one.key, 0) for one in limit.options), limit, day)
            for limit, day in self.limits.get(option.key, [])
        ]
        return min(spares, key=lambda spare: spare[0]) if spares else None

    def positions(self, limit: Limit, but: int) -> str:
        """Positions of the other lines that use the weeks of a limit."""
        lines = {one.line for one in limit.options if self.shares.get(one.key) and one.line != but}
        return ", ".join(str(number) for number in sorted(self.problem.line[pk].position for pk in lines))

    # --- Why this MSME, and why that many ---

    def why(self, key: Key) -> list[Reason]:
        """Why this MSME, then why that many; the last reason is about the number."""
        option = self.problem.option[key]
        return [*self._why_maker(option), self._why_pieces(option)]

    def _why_maker(self, option: Option) -> list[Reason]:
        found = []
        if option.state == CONFIRMED:
            found.append(
                Reason(
                    "confirmed",
                    _("Sudah menyanggupi %(count)s dengan harga %(price)s, siap %(day)s.")
                    % {
                        "count": angka(option.most),
                        "price": rupiah_text(option.price),
                        "day": tanggal_text(option.ready_on),
                    },
                )
            )
        elif option.state == ASKED:
            found.append(Reason("asked", _("Sudah ditanya dan belum menjawab.")))
        found.append(self._price_rank(option))
        own = self._aim_of(option)
        return [*found, own] if own else found

    def _price_rank(self, option: Option) -> Reason:
        rivals = self.problem.of_line[option.line]
        rank = 1 + sum(one.price < option.price for one in rivals)
        values = {"price": rupiah_text(option.price), "rank": angka(rank), "count": angka(len(rivals))}
        if len(rivals) == 1:
            return Reason("only", _("Satu-satunya calon yang dapat; harganya %(price)s.") % values)
        if rank == 1:
            return Reason("cheapest", _("Harganya %(price)s, terendah di antara %(count)s calon.") % values)
        return Reason(
            "price_rank", _("Harganya %(price)s, urutan ke-%(rank)s dari %(count)s calon.") % values
        )

    def _aim_of(self, option: Option) -> Reason | None:
        if self.scenario == EARLIEST and self.ready_on:
            return Reason(
                "in_time",
                _("Dapat siap %(day)s; seluruh usulan siap %(whole)s.")
                % {"day": tanggal_text(self.ready[option.key]), "whole": tanggal_text(self.ready_on)},
            )
        if self.scenario == LOCAL:
            city = self.problem.line[option.line].city
            if option.is_local:
                return Reason("local", _("Berada di %(city)s, kota tujuan.") % {"city": city})
            near = sum(self.shares[one.key] for one in self.of_line[option.line] if one.is_local)
            return Reason(
                "not_local",
                _("Bukan dari %(city)s; calon setempat mendapat %(count)s dari baris ini.")
                % {"city": city, "count": angka(near)},
            )
        if self.scenario == CAPPED:
            return Reason(
                "within_cap",
                _("Nilai seluruh bagiannya %(amount)s; batas %(cap)s %% adalah %(most)s.")
                % {
                    "amount": rupiah_text(self.amounts[option.maker]),
                    "cap": self.problem.rules.cap,
                    "most": rupiah_text(self.problem.cap_amount),
                },
            )
        if self.scenario == MOST:
            return Reason(
                "one_of",
                _("Satu dari %(count)s UMKM yang mendapat bagian.") % {"count": angka(len(self.amounts))},
            )
        return self._weighed(option) if self.scenario == WEIGHTED else None

    def _weighed(self, option: Option) -> Reason:
        parts = ", ".join(
            f"{SURCHARGES[name]} {rupiah_text(amount)}"
            for name, amount in surcharges(self.problem, option).items()
            if amount
        )
        values = {"sum": rupiah_text(self.task.weights[option.key]), "parts": parts}
        if not parts:
            return Reason("weighed", _("Diperhitungkan %(sum)s per satuan, tanpa tambahan bobot.") % values)
        return Reason("weighed", _("Diperhitungkan %(sum)s per satuan; tambahan bobot: %(parts)s.") % values)

    def _why_pieces(self, option: Option) -> Reason:
        pieces = self.shares[option.key]
        line = self.problem.line[option.line]
        if pieces == line.quantity:
            return Reason("whole_line", _("Membuat seluruh baris ini."))
        if pieces == option.most and option.state == CONFIRMED:
            return Reason("all_confirmed", _("Sebanyak yang disanggupinya."))
        if pieces == option.most and option.state == ASKED:
            return Reason("all_asked", _("Sebanyak yang sedang ditanyakan kepadanya."))
        full = self._full_weeks(option)
        if full:
            return full
        if self.scenario == CAPPED and self.amounts[option.maker] + option.price > self.problem.cap_amount:
            return Reason(
                "at_cap",
                _("Satu satuan lagi akan melewati batas %(cap)s %% per UMKM (%(most)s).")
                % {"cap": self.problem.rules.cap, "most": rupiah_text(self.problem.cap_amount)},
            )
        if pieces == self.task.least(option) > 1:
            if self.scenario == MOST and pieces > option.least:
                return Reason(
                    "floor",
                    _("Bagian terkecil yang layak (%(percent)s %% dari baris), agar lebih banyak UMKM ikut.")
                    % {"percent": self.problem.rules.floor},
                )
            return Reason("at_minimum", _("Sebanyak jumlah minimum yang dilayaninya."))
        others = line.quantity - self.left[option.line] - pieces
        return Reason(
            "rest",
            _("Menutup yang belum dibuat UMKM lain: baris ini %(quantity)s, UMKM lain %(others)s.")
            % {"quantity": angka(line.quantity), "others": angka(others)},
        )

    def _full_weeks(self, option: Option) -> Reason | None:
        spare = self.spare(option)
        if spare is None or spare[0] > 0:
            return None
        _none, limit, day = spare
        until = self._until(limit, day)
        others = self.positions(limit, option.line)
        values = {"free": angka(limit.most), "day": tanggal_text(until), "lines": others}
        if others:
            return Reason(
                "weeks_full_with",
                _("Bersama baris %(lines)s memakai seluruh kapasitas bebasnya sampai %(day)s (%(free)s).")
                % values,
            )
        return Reason(
            "weeks_full", _("Seluruh kapasitas bebasnya sampai %(day)s terpakai (%(free)s).") % values
        )

    def _until(self, limit: Limit, day: date | None) -> date:
        """The day up to which the weeks of a limit count."""
        last = max(self.problem.line[one.line].needed_by for one in limit.options)
        return min(last, day) if day else last

    # --- Why not ---

    def why_not(self, option: Option) -> Reason:
        """Why an MSME that could make a line makes nothing of it."""
        return (
            self._no_weeks_left(option)
            or self._too_late(option)
            or self._no_money_left(option)
            or self._not_needed(option)
        )

    def _no_weeks_left(self, option: Option) -> Reason | None:
        spare = self.spare(option)
        least = self.task.least(option)
        if spare is None or spare[0] >= least:
            return None
        left, limit, day = spare
        others = self.positions(limit, option.line)
        values = {
            "lines": others,
            "left": angka(max(0, left)),
            "least": angka(least),
            "day": tanggal_text(self._until(limit, day)),
        }
        if not others:
            return Reason(
                "weeks_too_few",
                _("Kapasitas bebasnya sampai %(day)s hanya %(left)s, di bawah bagian terkecilnya %(least)s.")
                % values,
            )
        return Reason(
            "weeks_taken",
            _("Kapasitas bebasnya sampai %(day)s dipakai untuk baris %(lines)s; sisanya %(left)s.") % values,
        )

    def _too_late(self, option: Option) -> Reason | None:
        if self.scenario != EARLIEST or self.ready_on is None or option.ready_on <= self.ready_on:
            return None
        return Reason(
            "later",
            _("Paling cepat siap %(day)s, sesudah usulan ini siap (%(whole)s).")
            % {"day": tanggal_text(option.ready_on), "whole": tanggal_text(self.ready_on)},
        )

    def _no_money_left(self, option: Option) -> Reason | None:
        if self.scenario != CAPPED:
            return None
        had = self.amounts.get(option.maker, 0)
        least = self.task.least(option) * option.price
        if had + least <= self.problem.cap_amount:
            return None
        values = {
            "cap": self.problem.rules.cap,
            "most": rupiah_text(self.problem.cap_amount),
            "had": rupiah_text(had),
            "least": rupiah_text(least),
        }
        if had:
            return Reason(
                "cap_taken",
                _("Bagiannya di baris lain sudah %(had)s; batas %(cap)s %% adalah %(most)s.") % values,
            )
        return Reason(
            "cap_too_low", _("Bagian terkecilnya %(least)s, di atas batas %(cap)s %% (%(most)s).") % values
        )

    def _not_needed(self, option: Option) -> Reason:
        least, left = self.task.least(option), self.left[option.line]
        if left > 0:
            if left < least:
                return Reason(
                    "minimum_above_rest",
                    _("Bagian terkecilnya %(least)s, sedangkan yang masih kurang hanya %(left)s.")
                    % {"least": angka(least), "left": angka(left)},
                )
            return Reason("not_found", _("Masih dapat dipakai, tetapi usulan ini belum memakainya."))
        chosen = self.of_line[option.line]
        return self._dearer(option, chosen) or self._too_large(option, chosen, least) or self._full(chosen)

    def _dearer(self, option: Option, chosen: Sequence[Option]) -> Reason | None:
        """Whatever was chosen is at least as good by what the scenario counts."""
        if self.scenario == LOCAL and not option.is_local and all(one.is_local for one in chosen):
            return Reason("far", _("Bukan dari kota tujuan; baris ini dipenuhi UMKM setempat."))
        if self.scenario == WEIGHTED:
            mine = self.task.weights[option.key]
            most = max(self.task.weights[one.key] for one in chosen)
            if mine < most:
                return None
            return Reason(
                "weighs_more",
                _("Diperhitungkan %(mine)s per satuan, sedangkan yang dipakai paling tinggi %(most)s.")
                % {"mine": rupiah_text(mine), "most": rupiah_text(most)},
            )
        most = max(one.price for one in chosen)
        if option.price > most:
            return Reason(
                "dear",
                _("Harganya %(price)s, lebih mahal dari semua yang dipakai (paling tinggi %(most)s).")
                % {"price": rupiah_text(option.price), "most": rupiah_text(most)},
            )
        if option.price == most:
            return Reason(
                "equal",
                _("Harganya %(price)s, sama dengan yang paling tinggi dipakai; baris sudah penuh.")
                % {"price": rupiah_text(option.price)},
            )
        return None

    def _too_large(self, option: Option, chosen: Sequence[Option], least: int) -> Reason | None:
        """Cheaper than some that were chosen, but its smallest share is larger than all of theirs."""
        weights = self.task.weights
        worse = sum(self.shares[one.key] for one in chosen if weights[one.key] > weights[option.key])
        if not 0 < worse < least:
            return None
        return Reason(
            "minimum_above_dearer",
            _("Bagian terkecilnya %(least)s, sedangkan yang dapat digantikannya hanya %(worse)s.")
            % {"least": angka(least), "worse": angka(worse)},
        )

    def _full(self, chosen: Sequence[Option]) -> Reason:
        return Reason("full", _("Baris sudah dipenuhi %(count)s UMKM lain.") % {"count": angka(len(chosen))})

    def left_out(self, line: int) -> list[tuple[int, Reason]]:
        """Every MSME that makes nothing of a line, with why; those that could come before those that cannot."""
        could = [
            (one.maker, self.why_not(one)) for one in self.problem.of_line[line] if one.key not in self.shares
        ]
        return could + [(one.maker, why_barred(one)) for one in self.problem.barred_of_line[line]]
