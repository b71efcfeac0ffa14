"""Reading the mail that a development machine has kept as files."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as modern
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path

# No slash and no leading dot: a name can only mean a visible file of the folder itself.
MAIL_NAME_PATTERN = r"[A-Za-z0-9_][A-Za-z0-9._-]*\.eml"


@dataclass(frozen=True)
class MailSummary:
    """What the list of mails shows of one."""

    name: str
    recipient: str
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True)
class Mail(MailSummary):
    """One mail. `html_text` is what a reader of its HTML part would see; both may be ""."""

    sender: str
    text: str
    html_text: str


def newest_mails(folder: Path, limit: int) -> list[MailSummary]:
    """The last `limit` mails in `folder`, newest first; none when there is no folder."""
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True)
    paths = (find_mail(folder, name) for name in names[:limit])
    return [_read_summary(path) for path in paths if path is not None]


def find_mail(folder: Path, name: str) -> Path | None:
    """The file called `name` in `folder`; None for any other place, by whatever route."""
    if not re.fullmatch(MAIL_NAME_PATTERN, name):
        return None
    path = folder / name
    # A symbolic link may point anywhere.
    if path.is_symlink() or not path.is_file():
        return None
    return path


def read_mail(path: Path) -> Mail:
    """The mail in the file at `path`."""
    message = message_from_bytes(path.read_bytes(), policy=modern)
    summary = _summary_of(path.name, message)
    return Mail(
        name=summary.name,
        recipient=summary.recipient,
        subject=summary.subject,
        sent_at=summary.sent_at,
        sender=str(message.get("From", "")),
        text=_part(message, "plain"),
        html_text=text_of_html(_part(message, "html")),
    )


def _read_summary(path: Path) -> MailSummary:
    with path.open("rb") as file:
        return _summary_of(path.name, BytesHeaderParser(policy=modern).parse(file))


def _summary_of(name: str, message: EmailMessage) -> MailSummary:
    try:
        sent_at = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        sent_at = None
    return MailSummary(
        name=name,
        recipient=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        sent_at=sent_at,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except LookupError:  # it declares an encoding that does not exist
        content = bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return content.replace("\r\n", "\n")


class _TextCollector(HTMLParser):
    """Collects what a browser would show of an HTML mail, links with their address."""

    SILENT = frozenset({"head", "script", "style", "title"})
    BREAKS = frozenset({"br", "div", "h1", "h2", "h3", "li", "p", "table", "tr", "ul", "ol"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self._silent_depth += 1
        elif tag in self.BREAKS:
            self.pieces.append("\n")
        elif tag == "a" and (address := dict(attrs).get("href")):
            self.pieces.append(f" {address} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self._silent_depth = max(0, self._silent_depth - 1)
        elif tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent_depth:
            self.pieces.append(re.sub(r"\s+", " ", data))


def text_of_html(source: str) -> str:
    """The text of an HTML document, without its tags; links are preceded by their address."""
    collector = _TextCollector()
    collector.feed(source)
    collector.close()
    lines = (" ".join(line.split()) for line in "".join(collector.pieces).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
