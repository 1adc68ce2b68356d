"""The words of a search, as they stand in the address."""

from django import forms

from reports.forms.fields import CleanLine, describe_errors
from reports.searching import read_terms
from reports.selectors.search import Kind

LONGEST_QUERY = 100


class SearchForm(forms.Form):
    """``q`` the words, ``kind`` one of Kind or empty for all."""

    q = CleanLine(
        label="查什么",
        longest=LONGEST_QUERY,
        widget=forms.SearchInput(attrs={"placeholder": "两个字以上，几个词用空格隔开"}),
    )
    kind = forms.ChoiceField(
        label="范围",
        required=False,
        choices=[("", "全部"), *Kind.choices],
        error_messages={"invalid_choice": "没有这个范围，请从列表中选择。"},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        describe_errors(self)

    def clean_q(self) -> str:
        query: str = self.cleaned_data["q"]
        try:
            read_terms(query)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return query
