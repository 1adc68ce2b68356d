"""The form of one report: what is typed is cleaned and parsed here, and shown back on an error."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from departments.errors import DomainError
from reports.actions.measurements import withdrawn_sentence
from reports.forms.content import content_field
from reports.forms.fields import LongText, describe_errors
from reports.models import Report
from reports.models.report import TEXT_FIELDS
from reports.selectors.measurements import measure_of, values_before
from reports.text import MAX_UNITS, clean
from reports.value_checks import doubt_about
from tasks.models import Indicator, Target

PLAIN = (*TEXT_FIELDS, "state", "completion", "note")
ROWS = {"progress": 9, "problems": 3, "coordination": 2, "next_steps": 3}
NO_VERSION = "页面不完整，未能保存；请复制文字后刷新本页再填。"


class ReportForm(forms.Form):
    """本期填报. ``content()`` gives CONTENT_FIELDS once valid."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), NO_VERSION),
    )

    def __init__(self, *args: Any, report: Report, indicators: list[Indicator], **kwargs: Any):
        self.report, self.indicators = report, indicators
        super().__init__(*args, **kwargs)
        self.fields["version"].widget.attrs["data-by"] = report.updated_by_id or ""
        for name in TEXT_FIELDS[:1]:
            self.fields[name] = content_field(name, widget=_area(name))
        self.fields["state"] = content_field("state")
        self.fields["completion"] = content_field(
            "completion",
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
        for indicator in indicators:
            self.fields[f"indicator_{indicator.code}"] = content_field(
                "indicator",
                measure=measure_of(indicator),
                label=_indicator_label(indicator),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
        for name in TEXT_FIELDS[1:]:
            self.fields[name] = content_field(name, widget=_area(name))
        self.fields["note"] = content_field("note")
        describe_errors(self)

    def clean(self) -> dict[str, Any]:
        """A value for an indicator that left the plan while the page stood open is told back."""
        head, shown = self.add_prefix("indicator_"), {row.code for row in self.indicators}
        typed = {
            name.removeprefix(head): clean(str(self.data[name])).text.strip()
            for name in self.data
            if name.startswith(head)
        }
        unasked = {code: value for code, value in typed.items() if code not in shown}
        if sentence := withdrawn_sentence(self.report, unasked):
            self.add_error(None, sentence)
        self._ask_about_odd_values()
        return self.cleaned_data

    def _ask_about_odd_values(self) -> None:
        """A new value that is odd is not saved before its box is ticked; what was saved is sure."""
        kept, typed = self.report.indicator_values, {}
        for indicator in self.indicators:
            value = self.cleaned_data.get(f"indicator_{indicator.code}")
            if value is not None and value != kept.get(indicator.code):
                typed[indicator] = value
        report = self.report
        before = values_before(report.period, report.department_id, typed) if typed else {}
        for indicator, value in typed.items():
            measure = measure_of(indicator)
            if sentence := doubt_about(Decimal(value), measure, before.get(indicator.pk)):
                self._ask(f"indicator_{indicator.code}", value, sentence)

    def _ask(self, name: str, value: str, sentence: str) -> None:
        """The box stands for ``value`` alone: another one is asked about again."""
        sure = f"sure_{name}"
        if self.data.get(self.add_prefix(sure)) == value:
            return
        box = forms.CheckboxInput(attrs={"value": value}, check_test=lambda _: False)
        label = f"{self.fields[name].label}确实是 {value}，已核对"
        self.fields[sure] = forms.BooleanField(label=label, required=False, widget=box)
        self.add_error(name, f"{sentence}确实无误的，请勾选“确实是 {value}”再保存。")

    def may_save(self) -> bool:
        """Whether what is valid can be saved: the version that the page showed came along."""
        self.is_valid()
        return "version" in self.cleaned_data

    def content(self) -> dict[str, Any]:
        """The cleaned values as content, without the fields that have an error."""
        data = self.cleaned_data
        plain = {name: data[name] for name in PLAIN if name in data}
        return {**plain, "indicator_values": self._indicator_values()}

    def _indicator_values(self) -> dict[str, str]:
        """Typed values; where one has an error, or its indicator is withdrawn, the saved one."""
        values: dict[str, str] = dict(self.report.indicator_values)
        for indicator in self.indicators:
            name = f"indicator_{indicator.code}"
            if name not in self.cleaned_data:
                continue
            values.pop(indicator.code, None)
            if self.cleaned_data[name] is not None:
                values[indicator.code] = self.cleaned_data[name]
        return values

    def go_on_from(self, report: Report) -> None:
        """After a save the page goes on from the new version, so that the next is no conflict."""
        data = QueryDict(mutable=True)
        data.update({name: str(self.data.get(name, "")) for name in self.data})
        data[self.add_prefix("version")] = str(report.version)
        self.data = data
        self.fields["version"].widget.attrs["data-by"] = report.updated_by_id or ""

    def explain(self, previous: Report | None) -> None:
        """Say at each indicator its target and what was filed last (``previous``)."""
        before = previous.filed_content.get("indicator_values", {}) if previous else {}
        for indicator in self.indicators:
            hints = [target_words(row) for row in indicator.targets.all()][-1:]
            if previous and indicator.code in before:
                hints.append(f"{previous.period.label} {before[indicator.code]}")
            self.fields[f"indicator_{indicator.code}"].help_text = "，".join(["选填", *hints])

    @property
    def removed(self) -> int:
        """How many characters had to be taken out of the texts."""
        return sum(getattr(field, "removed", 0) for field in self.fields.values())

    def compact(self) -> None:
        """Lower text areas, for many forms on one page."""
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def anew(self, report: Report) -> "ReportForm":
        """The same form, showing what is saved in ``report``."""
        fresh = ReportForm(
            report=report,
            indicators=self.indicators,
            prefix=self.prefix,
            initial=initial_of(report),
        )
        fresh.compact()
        return fresh

    def add_missing(self, missing: dict[str, str]) -> None:
        """Put what ``missing_for_submission`` found at the fields."""
        for name, sentence in missing.items():
            self.add_error(name if name in self.fields else None, sentence)


def _area(name: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": ROWS[name], "data-limit": MAX_UNITS})


def target_words(target: Target) -> str:
    """``目标 ≤10（2020年）``; a reduction names its base year."""
    number = f"{target.value.normalize():f}" if target.value is not None else ""
    if target.comparison == Target.Comparison.REDUCED_BY:
        return f"目标较{target.base_year}年降低 {number}（{target.year}年）"
    return f"目标 {target.get_comparison_display()}{number}（{target.year}年）"


def _indicator_label(indicator: Indicator) -> str:
    return f"{indicator.name}（{indicator.unit}）" if indicator.unit else indicator.name


def initial_of(report: Report) -> dict[str, Any]:
    """Initial values of the form from the working copy."""
    values = {f"indicator_{code}": value for code, value in report.indicator_values.items()}
    return {**report.content(), **values, "version": report.version}


class CommentForm(forms.Form):
    """A comment or reason."""

    comment = LongText("comment", widget=forms.Textarea(attrs={"rows": 3}))


def read_comment(data: Any) -> str:
    """The cleaned comment of a POST; raises DomainError where it is over the limit."""
    form = CommentForm(data)
    if not form.is_valid():
        raise DomainError("".join(str(error) for error in form.errors["comment"]))
    return str(form.cleaned_data["comment"])
