"""The check of a sheet, row by row, on django-import-export; nothing is written until a verb writes all of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from procurement.spreadsheets.reading import Sheet
from procurement.spreadsheets.values import READ_ALREADY, SheetField

if TYPE_CHECKING:
    from accounts.acting import Actor
    from procurement.models import Job

OnProgress = Callable[[int, int], None]

KEPT_PROBLEMS = 200
KEPT_CHANGES = 50
_REPORT_EVERY = 250


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong in one cell; ``column`` is empty when it is the row as a whole."""

    row: int
    column: str
    sentence: str

    @property
    def text(self) -> str:
        if not self.column:
            return _("Baris %(row)d: %(sentence)s") % {"row": self.row, "sentence": self.sentence}
        return _("Baris %(row)d, kolom “%(column)s”: %(sentence)s") % {
            "row": self.row,
            "column": self.column,
            "sentence": self.sentence,
        }

    def as_list(self) -> list[Any]:
        return [self.row, self.column, self.sentence]


@dataclass(slots=True)
class Checked:
    """What a sheet would do: counts of rows, and its problems."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    problem_count: int = 0
    problems: list[SheetProblem] = field(default_factory=list)
    changes: list[list[Any]] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.new or self.changed)

    def add(self, problem: SheetProblem) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def as_result(self) -> dict[str, Any]:
        """The JSON that a job keeps and its page shows."""
        return {
            "rows": self.rows,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "problem_count": self.problem_count,
            "problems": [problem.as_list() for problem in self.problems],
            "changes": self.changes,
        }


class _NoLoader(BaseInstanceLoader):
    """Rows are found in tables that were read once, see :meth:`SheetResource.find`."""

    def get_instance(self, row: Any) -> Any:
        raise NotImplementedError


class SheetResource(Resource):
    """One kind of sheet for one actor.

    A subclass declares its columns as :class:`SheetField`, reads what it must know in :meth:`prepare`, finds the row
    that a line speaks of in :meth:`find`, adds its own rules in :meth:`check`, says what changed in :meth:`is_changed`,
    and writes everything in :meth:`apply`, in one transaction and in few queries.
    """

    #: Name of the template's file and of exports.
    file_name = "lembar"

    class Meta:
        using_db = "default"
        use_transactions = False
        use_bulk = True
        batch_size = None
        skip_diff = True
        report_skipped = False
        import_id_fields: Sequence[str] = ()
        instance_loader_class = _NoLoader

    def __init__(
        self, *, actor: "Actor", parameters: dict[str, Any] | None = None, locking: bool = False
    ) -> None:
        """``locking``: the rows that are read are about to be written in the present transaction."""
        super().__init__()
        self.actor = actor
        self.parameters = parameters or {}
        self.locking = locking
        self.numbers: list[int] = []
        self.row_is_readable = True
        self.kept: list[tuple[int, Any, bool]] = []

    # What a subclass says

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        """Read everything that the rows refer to, in a number of queries that does not grow with them."""
        raise NotImplementedError

    def find(self, row: dict[str, Any], number: int) -> tuple[Any, bool]:
        """The instance that a line speaks of, and whether it is new. Raises ``ValidationError`` by attribute."""
        raise NotImplementedError

    def check(self, instance: Any, row: dict[str, Any], number: int) -> Iterable[tuple[str, str]]:
        """Further problems as (field name, sentence); :attr:`row_is_readable` says whether each cell had a meaning."""
        return ()

    def is_changed(self, instance: Any) -> bool:
        raise NotImplementedError

    def describe(self, instance: Any) -> str:
        """What a person calls the row."""
        raise NotImplementedError

    def apply(self, *, job: "Job", sheet: Sheet, checked: Checked) -> dict[str, Any]:
        """Write the checked sheet as a whole, exactly once per job; returns the job's result."""
        raise NotImplementedError

    def example(self) -> list[Any]:
        """The example row of the template; an upload ignores it."""
        return [column.example for column in self.columns.values()]

    def references(self) -> list[tuple[str, list[str]]]:
        """Lists that help to fill in the sheet: (title, lines)."""
        return []

    def summary(self, checked: Checked) -> str:
        """One sentence on what was done."""
        if not checked.has_changes:
            return _("Tidak ada perubahan: semua %(count)d baris sudah sama dengan data yang tersimpan.") % {
                "count": checked.unchanged
            }
        return _("%(new)d baris baru, %(changed)d baris berubah, %(unchanged)d baris tetap.") % {
            "new": checked.new,
            "changed": checked.changed,
            "unchanged": checked.unchanged,
        }

    # What is common

    @property
    def columns(self) -> dict[str, SheetField]:
        fields: dict[str, SheetField] = self.fields
        return fields

    @property
    def headings(self) -> list[str]:
        return [str(column.column_name) for column in self.columns.values()]

    def run_check(self, sheet: Sheet, progress: OnProgress | None = None) -> Checked:
        """Check every row. Good rows are in :attr:`kept` as (row number, instance, is new)."""
        rows = [(number, row) for number, row in sheet.rows if not self._is_example(row)]
        self.numbers = [number for number, _row in rows]
        self._progress = progress
        dataset = tablib.Dataset(headers=list(sheet.headings))
        dataset.extend([[row[heading] for heading in sheet.headings] for _number, row in rows])
        self.prepare([row for _number, row in rows])
        result = self.import_data(dataset, use_transactions=False)
        if result.base_errors:
            raise result.base_errors[0].error
        if result.error_rows:
            raise result.error_rows[0].errors[0].error  # a fault of ours, never a mistake in the sheet
        totals = result.totals
        checked = Checked(
            rows=len(rows), new=totals["new"], changed=totals["update"], unchanged=totals["skip"]
        )
        for invalid in result.invalid_rows:
            for attribute, sentences in invalid.error_dict.items():
                column = "" if attribute == NON_FIELD_ERRORS else self._heading_of(attribute)
                for sentence in sentences:
                    checked.add(SheetProblem(self.numbers[invalid.number - 1], column, sentence))
        checked.changes = [
            [number, "new" if is_new else "changed", self.describe(instance)]
            for number, instance, is_new in self.kept[:KEPT_CHANGES]
        ]
        return checked

    def value(self, name: str, row: dict[str, Any]) -> Any:
        """The clean value of one column, None when it is empty, absent or wrong (which is reported elsewhere)."""
        column = self.columns[name]
        try:
            return column.clean(row) if column.column_name in row else None
        except ValueError:
            return None

    def missing(self, instance: Any, group: str) -> Iterable[tuple[str, str]]:
        """Needed columns of a new row that have no value."""
        for name, column in self.columns.items():
            if column.needed and column.group == group and column.get_value(instance) in (None, ""):
                yield name, _("wajib diisi.")

    def _heading_of(self, attribute: str) -> str:
        for name, column in self.columns.items():
            if attribute in (name, column.attribute):
                return str(column.column_name)
        return ""

    def _is_example(self, row: dict[str, Any]) -> bool:
        example = dict(zip(self.headings, self.example(), strict=True))
        return all(_same(value, example.get(heading)) for heading, value in row.items())

    # django-import-export calls these

    def get_import_fields(self) -> list[SheetField]:
        return list(self.columns.values())

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        self._row_number = self.numbers[self._index]
        return self.find(row, self._row_number)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self._index = kwargs["row_number"] - 1
        row[READ_ALREADY] = {}
        if self._progress is not None and self._index % _REPORT_EVERY == 0:
            self._progress(self._index, len(self.numbers))

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        self.row_is_readable = not errors
        for name, sentence in self.check(instance, row, self._row_number):
            attribute = self.columns[name].attribute if name in self.columns else NON_FIELD_ERRORS
            errors.setdefault(attribute, [ValidationError(sentence)])
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and not self.is_changed(instance)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        self.kept.append((self._row_number, instance, is_create))


def _same(value: Any, example: Any) -> bool:
    if value in (None, "") or example in (None, ""):
        return value in (None, "") and example in (None, "")
    return value == example or str(value).strip() == str(example)
