"""Reading a page in tests: its elements and what they say."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponseBase

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Element:
    """One element, with the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


class Page:
    """A response's HTML, to be asked about."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.source = response.content.decode()  # type: ignore[attr-defined]
        reader = _Reader()
        reader.feed(self.source)
        self.elements = reader.elements

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements called `tag` that have all these attributes."""
        return [
            element
            for element in self.elements
            if element.tag == tag and attributes.items() <= element.attributes.items()
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element; fails when there is none or several."""
        (element,) = self.all(tag, **attributes)
        return element

    def control(self, name: str) -> Element:
        """The field called `name` of the page's own forms."""
        return self.one("input", name=name)

    def described_by(self, name: str) -> str:
        """What the control called `name` points to as its description."""
        ids = self.control(name).attributes.get("aria-describedby", "").split()
        return " ".join(self._by_id(target).text for target in ids)

    def _by_id(self, target: str) -> Element:
        (element,) = [e for e in self.elements if e.attributes.get("id") == target]
        return element

    @property
    def heading(self) -> str:
        """The text of the page's only h1."""
        return squeeze(self.one("h1").text)

    @property
    def text(self) -> str:
        return squeeze(self.one("main").text)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
