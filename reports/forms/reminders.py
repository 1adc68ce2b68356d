"""Forms of the admin about reminders: where they go, and on which days."""

import re
from typing import Any

from django import forms

from reports.models import ContactPoint, ReminderRules
from reports.reminders.channels.robot import problem_with
from reports.reminders.rules import parse_days
from reports.reminders.words import shortened

_DAYS = ("before", "after", "digest_before", "digest_after")
_MOST = {"repeat": 180, "entries": 180, "review": 60, "refile": 60, "hour": 23, "end": 24}
_PHONE = re.compile(r"\+?[0-9]{6,15}")


class ContactPointForm(forms.ModelForm):  # type: ignore[type-arg]
    """An address that was saved is never put on the page again: an empty field keeps it."""

    class Meta:
        model = ContactPoint
        fields = ["channel", "department", "user", "label", "address", "active"]
        widgets = {"address": forms.TextInput(attrs={"autocomplete": "off", "size": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["address"]
        if self.instance.pk:
            self.kept = self.instance.address
            address.required, self.initial["address"] = False, ""
            address.help_text = f"现为 {shortened(self.kept)}；不改就不填。"
        else:
            address.help_text = "群机器人填群设置里的 Webhook 地址；短信网关填手机号。"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        channel = data.get("channel", self.instance.channel)
        address = (data.get("address") or "").strip()
        if not address and self.instance.pk:
            data["address"] = self.kept
        elif address and (problem := _problem(channel, address)):
            self.add_error("address", problem)
        return data


def _problem(channel: str, address: str) -> str:
    if channel == ContactPoint.Channel.SMS:
        return "" if _PHONE.fullmatch(address) else "手机号应为 6 至 15 位数字。"
    return problem_with(address)


class ReminderRulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Days are written with commas and kept in the order of time."""

    class Meta:
        model = ReminderRules
        fields = ["plan", *_DAYS, *_MOST]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, most in _MOST.items():
            if data.get(name, 0) > most:
                self.add_error(name, f"不能大于 {most}。")
        for name in _DAYS:
            if name not in data:
                continue
            try:
                days = parse_days(data[name])
                nearest_first = "after" in name
                data[name] = ",".join(map(str, sorted(days) if nearest_first else days))
            except ValueError as error:
                self.add_error(name, str(error))
        return data
