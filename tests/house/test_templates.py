import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_static_file_that_a_template_names_exists(template: Path) -> None:
    for name in re.findall(r"""{% static ['"]([^'"]+)['"]""", template.read_text(encoding="utf-8")):
        assert finders.find(name), name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text)
