"""The documentation names what there is: files, settings, commands, packages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def names_in_readme() -> set[str]:
    """What stands in the README as code within a line."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    without_blocks = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", without_blocks))


@pytest.mark.parametrize("text", PAGES, ids=lambda text: str(text.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_are_there(text: Path) -> None:
    broken = []
    for link in (a or b for a, b in LINK.findall(text.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (text.parent / path).resolve() if path else text
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in folder.glob("0*.md") if f"({file.name})" not in index] == []


def test_the_readme_names_every_variable_that_the_settings_read() -> None:
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:env\.\w+|required)\(\s*\"([A-Z_]+)\"", settings))
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "STATIC_STORAGE"} <= read
    assert read - names_in_readme() == set()


def test_the_readme_names_every_command() -> None:
    commands = {file.stem for file in ROOT.glob("papers/management/commands/[a-z]*.py")}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    assert commands
    assert targets
    named = names_in_readme()
    assert {c for c in commands if not any(n.split()[0] == c for n in named)} == set()
    assert {t for t in targets if f"make {t}" not in named} == set()


def test_every_package_that_is_asked_for_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    asked_for = [
        name
        for file in ("requirements.txt", "requirements-dev.txt")
        for name in re.findall(
            r"^([A-Za-z][\w-]*)",
            (ROOT / file).read_text(encoding="utf-8").partition("# Transitive")[0],
            re.MULTILINE,
        )
    ]
    # The first column of a table; a row may name more than one.
    given = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\|([^|]*)", reasons, re.MULTILINE))))
    assert asked_for
    assert set(asked_for) - given == set()
