"""Refusals. Each carries the sentence that the person reads: what is wrong, and what to do about it."""

Row = int | tuple[int, ...] | None
"""Which of many rows a refusal speaks of: the key of a stored one, the place of a new one from 0, or a pair of keys."""


class Refused(Exception):
    """Base of all refusals; ``status`` is the HTTP status that a page answers with."""

    status = 422
    changed_nothing = True
    """Whether that is known: a page never says what it does not know."""

    def __init__(self, sentence: str, *, field: str = "", row: Row = None, place: str = "") -> None:
        """``field`` and ``row`` say what was wrong in the words of the business; a form knows which input that is.

        ``place`` says of which row the sentence speaks; it comes before the sentence where the row is not seen.
        """
        self.short = sentence
        """For a page that shows the sentence at its row: the row is not named a second time."""
        self.sentence = f"{place}: {sentence}" if place else sentence
        super().__init__(self.sentence)
        self.field, self.row = field, row


class InvalidInput(Refused):
    """What was given cannot be accepted; ``field`` names what, and ``row`` of which row when there are many."""

    status = 422


class NotFound(Refused):
    """The row does not exist *or* the actor may not know that it does."""

    status = 404


class NotPermitted(Refused):
    """The actor sees the row but may not do this to it."""

    status = 403


class WrongState(Refused):
    """The act is not possible in the present state of the row."""

    status = 409


class ContentChanged(WrongState):
    """Somebody changed the content after the actor read it; they must look again."""


class NotNow(Refused):
    """Something that it needs is away; the same may be asked for again a little later."""

    status = 503
