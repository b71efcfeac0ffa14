"""Fields for text that members write, cleaned as it comes in. Shared by the rooms above."""

from typing import Any

from django import forms

from config.text import clean_block, clean_line, has_visible_character


class LineField(forms.CharField):
    """One line that can be seen, without characters that turn the text around it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if "\x00" in text:  # the field's own validator says what is wrong
            return text
        line = clean_line(text)
        return line if has_visible_character(line) else ""


class BlockField(forms.CharField):
    """Text of several lines. Its length is that of what is stored: browsers send \\r\\n for a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if "\x00" in text else clean_block(text)
