"""Parts of addresses that mean something."""

from reports.calendar import HalfYear


class HalfYearConverter:
    """``2026H2`` in an address; anything else is no address of ours (404)."""

    regex = "2[0-9]{3}H[12]"

    def to_python(self, value: str) -> HalfYear:
        return HalfYear.parse(value)

    def to_url(self, value: HalfYear | str) -> str:
        return value if isinstance(value, str) else value.code
