"""What a page must not have: what axe finds wrong, and a sideways scroll."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ADMIN_KNOWN = frozenset({"page-has-heading-one", "link-in-text-block"})
"""What Django's own admin templates are known for."""
BRIEF = {"resultTypes": ["violations"], "selectors": False}
"""How axe tells: of what passes it would name every element, and look for each one's selector."""


def check(
    page: Page,
    address: str,
    allowed: frozenset[str] = frozenset(),
    sizes: Sequence[dict[str, int]] = (),
) -> list[str]:
    """What is wrong with the page at ``address``: at its width, or at each of ``sizes``.

    It is opened once; the styles for another width take hold when the window gets it.
    """
    answer = page.goto(address)
    wrong = []
    if answer is None or answer.status >= 400:
        wrong.append(f"{address} answers {answer and answer.status}")
    for size in sizes or [page.viewport_size]:
        page.set_viewport_size(size)
        wrong += [f"{address} at {size['width']}: {each}" for each in faults(page, allowed)]
    return wrong


def faults(page: Page, allowed: frozenset[str] = frozenset()) -> list[str]:
    """What axe finds on the page as it stands, and whether it scrolls sideways."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options)", BRIEF)["violations"]
    wrong = [
        f"{each['id']} {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["id"] not in allowed
    ]
    shown = page.evaluate("document.documentElement.scrollWidth")
    return [*wrong, *(["scrolls sideways"] if shown > page.viewport_size["width"] else [])]
