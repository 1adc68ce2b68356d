import re

from tests.house.compose import ROOT

DOC = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCES = [ROOT / "wanzhou_water" / f"{name}.py" for name in ("settings", "web")]


def documented() -> dict[str, str]:
    """Variable → its default, as the tables say."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", DOC, re.MULTILINE))


def read_by_the_code() -> set[str]:
    pattern = r"""(?:env\.\w+\(\s*|environ\.get\()["']([A-Z_]+)["']"""
    return {name for file in SOURCES for name in re.findall(pattern, file.read_text("utf-8"))}


def test_every_variable_of_the_settings_is_documented_and_no_other() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    elsewhere = set(re.findall(r"\$\{([A-Z_]+)", compose)) | {"DEMO_PASSWORD"}
    assert read_by_the_code() <= set(documented())
    assert set(documented()) <= read_by_the_code() | elsewhere
    assert elsewhere <= set(documented())


def test_the_numbers_in_the_table_are_the_defaults() -> None:
    source = "".join(file.read_text("utf-8") for file in SOURCES)
    plain = {name: text.strip("`") for name, text in documented().items()}
    for name, text in plain.items():
        found = re.search(rf"""env\.int\("{name}", default=([\d_* ]+)\)""", source)
        if found:
            assert eval(found[1]) == int(text), name  # a product of numbers


def test_the_readme_names_no_file_that_is_not_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\(([\w./-]+)\)", readme):
        assert (ROOT / name).exists(), name
