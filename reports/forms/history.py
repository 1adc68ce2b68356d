"""历史导入: the upload, and the answers to what is asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from reports.actions.attachments import MAX_FILE
from reports.actions.history_read import MOST
from reports.calendar import HalfYear
from reports.forms.fields import DayField, describe_errors
from reports.ledger.history.words import NOTHING
from reports.selectors.history_pages import Asked
from reports.text import fold_digits, parse_rate


class HistoryUploadForm(forms.Form):
    """Which half-year, and its ledger."""

    half_year = forms.ChoiceField(
        label="报告期",
        error_messages={
            "required": "请选择台账是哪个报告期的。",
            "invalid_choice": "请从下拉框中选择已经截止的报告期。",
        },
    )
    file = forms.FileField(
        label="台账",
        help_text=f".xlsx，最多 {MOST['rows']} 行，不超过 20 MB",
        error_messages={
            "required": "请选择台账文件（.xlsx）。",
            "empty": "这个文件是空的（0 字节），请检查后再传。",
            "missing": "请选择台账文件（.xlsx）。",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, half_years: Iterable[HalfYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["half_year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((half.code, half.label) for half in half_years)]
        describe_errors(self)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_FILE:
            raise forms.ValidationError(f"「{upload.name}」超过 20 MB，请删去无关的工作表后再传。")
        return upload

    def clean_half_year(self) -> HalfYear:
        return HalfYear.parse(self.cleaned_data["half_year"])


def read_answers(
    data: Mapping[str, str], asked: Iterable[Asked], *, accept: bool = False
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What was said (subject → key → answer), and what can't be taken (field → sentence).

    With ``accept`` the proposals are taken wherever nothing was said. What is not asked is not
    read; what says what holds anyway is not kept as an answer.
    """
    said: dict[str, dict[str, str]] = {}
    errors: dict[str, str] = {}
    for one in asked:
        typed = data.get(one.name)
        if typed is None:
            continue
        try:
            value = _value(one, typed.strip())
        except ValueError as error:
            errors[one.name] = str(error)
            continue
        if accept and not value:
            value = one.proposal
        if value != one.value:
            said.setdefault(one.subject, {})[one.key] = value
    return said, errors


def _value(asked: Asked, typed: str) -> str:
    """The answer in the form in which it is kept. Raises ValueError with a Chinese sentence."""
    if not typed or (asked.kind != "choice" and typed == "不采用"):
        return NOTHING if typed else ""
    if asked.kind == "choice":
        if typed not in dict(asked.options):
            raise ValueError("请从下拉框中选择。")
        return typed
    if asked.kind == "rate":
        return str(parse_rate(typed))
    return _day(typed) if asked.kind == "day" else _row(typed)


def _day(typed: str) -> str:
    try:
        return str(DayField().clean(typed).isoformat())
    except forms.ValidationError as error:
        raise ValueError(f"{''.join(error.messages)}没有日期请填“不采用”。") from error


def _row(typed: str) -> str:
    number = fold_digits(typed)
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10**6):
        raise ValueError("请填表头所在的行号，如 3。")
    return number
