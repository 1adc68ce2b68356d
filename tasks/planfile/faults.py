"""What is wrong with a plan file: every fault with its place, the reason and the cure."""

import dataclasses
from pathlib import Path

from departments.errors import DomainError


@dataclasses.dataclass(frozen=True)
class Fault:
    """``place`` is Chinese, as in «任务8第2行»; ``cure`` says what to write instead."""

    place: str
    reason: str
    cure: str

    def __str__(self) -> str:
        return f"{self.place}：{self.reason}；{self.cure}。"


class PlanFileError(DomainError):
    """The file was refused; the message has a line «file：place：reason；cure。» for each fault."""

    def __init__(self, path: Path | str, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{path}：{fault}" for fault in faults))
        self.faults = faults
