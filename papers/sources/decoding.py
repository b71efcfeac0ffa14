"""The text of files that do not say how it is encoded."""

import codecs

from django.utils.translation import gettext as _

from papers.sources.files import FileRefused, SourceFile


def text_of_file(file: SourceFile) -> str:
    """Return the content as text, without a byte-order mark, with ``\\n`` at the ends of lines.

    UTF-8, UTF-16 with its mark, or else what old Windows programs write. Raises FileRefused.
    """
    return decoded(file.read()).replace("\r\n", "\n").replace("\r", "\n")


def start_of_text(file: SourceFile) -> str:
    """Return the beginning of the content as text, to tell the format by; raises FileRefused."""
    encoding = "utf-16" if file.head.startswith(_UTF_16) else "utf-8-sig"
    return file.head.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(content: bytes) -> str:
    """Return bytes as text, as `text_of_file` does. Raises FileRefused."""
    if content.startswith(_UTF_16):
        return _decode(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise FileRefused(_("It is cut short: its last character is not whole.")) from error
    # Anything can be read so, so a file that is no text at all is told by its zeros.
    if b"\0" in content:
        raise FileRefused(_("It is not text."))
    return _decode(content, "cp1252")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            _(
                "Its text cannot be read: byte %(position)d is in no known encoding. Save it as UTF-8."
            )
            % {"position": error.start}
        ) from error
