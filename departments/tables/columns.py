"""A column of an admin's table: what it is called, how it is read, and who may change it."""

from collections.abc import Callable
from typing import Any

from import_export.fields import Field

from departments.tables.widgets import Day, Word


def free(row: Any) -> str:
    """The rule of a column that may be changed."""
    return ""


class Column(Field):  # type: ignore[misc]
    """One column, in the file and on the row object that a resource builds (``attribute``).

    ``required`` asks for it in new rows. ``fixed`` gives the sentence that refuses a change of
    this row, or nothing. A ``told`` column is written for the reader and never read. ``show``
    writes the cell from the row object where the attribute alone does not say it.
    """

    def __init__(  # noqa: PLR0913 - keyword-only facts of one column
        self,
        heading: str,
        attribute: str,
        widget: Any = None,
        *,
        explanation: str = "",
        required: bool = False,
        told: bool = False,
        fixed: Callable[[Any], str] = free,
        show: Callable[[Any], str] | None = None,
        width: int = 14,
    ) -> None:
        super().__init__(attribute, heading, widget)
        self.explanation, self.required, self.told = explanation, required, told
        self.fixed, self.show, self.width = fixed, show, width

    @property
    def words(self) -> list[str]:
        """The words among which a drop-down lets one choose; empty where any text goes."""
        return list(self.widget.values) if isinstance(self.widget, Word) else []

    @property
    def need(self) -> str:
        """必填, 可空 or 不导入, for the sheet that explains the columns."""
        return "不导入" if self.told else "必填" if self.required else "可空"

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Put the cell's value on the row object; a blank cell changes nothing.

        Raises ValueError with a Chinese sentence where it can't be read or must not change.
        """
        text = row[self.column_name]
        if self.told or not text or text == self.export(instance).strip():
            return
        refusal = self.fixed(instance)
        value = self._read(row, refusal)
        if value == self.get_value(instance):
            return
        if refusal:
            raise ValueError(refusal)
        *path, last = self.attribute.split("__")
        for name in path:
            instance = getattr(instance, name)
        setattr(instance, last, value)

    def _read(self, row: Any, refusal: str) -> Any:
        """The cell's value; what must not change anyway is refused for that, not for its form."""
        try:
            return self.clean(row)
        except ValueError as error:
            raise ValueError(refusal or str(error)) from error

    def export(self, instance: Any, **kwargs: Any) -> str:
        if self.show is not None:
            return self.show(instance)
        value = self.get_value(instance)
        if value is None and not isinstance(self.widget, Day):
            return ""
        return str(self.widget.render(value))
