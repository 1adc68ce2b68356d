"""One's own channels and one's own robot."""

from collections.abc import Collection
from typing import Any

from django import forms

from reports.forms.fields import CleanLine, describe_errors
from reports.reminders.channels.robot import problem_with


class ChannelsForm(forms.Form):
    """``wanted`` are the ticked ones of the keys that the page offers."""

    wanted = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "所选渠道已不在列表中，请重新勾选。"}
    )

    def __init__(self, *args: Any, offered: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = [(key, key) for key in offered]  # type: ignore[attr-defined]


class RobotForm(forms.Form):
    """The webhook as the group's settings show it; only listed hosts are taken."""

    label = CleanLine(label="名称", longest=40, missing="请给它一个名称，如「我的钉钉」。")
    address = CleanLine(
        label="Webhook 地址",
        longest=500,
        missing="请粘贴群设置里的 Webhook 地址。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_errors(self)

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if problem := problem_with(address):
            raise forms.ValidationError(problem)
        return address
