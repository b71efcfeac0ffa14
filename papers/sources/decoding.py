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
        return _from_utf_16(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_cut(content, error):
            raise FileRefused(_("It is cut short: its last character is not whole.")) from error
    # Anything can be read so, so a file that is no text at all is told by its zeros.
    if b"\0" in content:
        raise FileRefused(_("It is not text."))
    return content.decode("cp1252", _UNDEFINED)


def says_utf_16(head: bytes) -> bool:
    """Say whether a file begins as text in UTF-16 does: with its mark, or every other byte zero."""
    every_other = {head[:8:2].strip(b"\0"), head[1:8:2].strip(b"\0")}
    return head.startswith(_UTF_16) or (len(every_other) == 2 and b"" in every_other)


def _is_cut(content: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether what failed to be read is UTF-8 that ends in the middle of a character.

    A single byte behind nothing but ASCII is the accented letter that an older text ends in.
    """
    is_letter = error.start == len(content) - 1 and content[: error.start].isascii()
    return error.reason == "unexpected end of data" and not is_letter


def _from_utf_16(content: bytes) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("Its text cannot be read: byte %(position)d is no UTF-16. Save it as UTF-8.")
            % {"position": error.start}
        ) from error


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Read the few bytes that Windows-1252 leaves undefined, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


_UNDEFINED = "undefined_as_latin_1"
codecs.register_error(_UNDEFINED, _as_latin_1)
