"""What may be stored of what people type: everything, save what a database or a screen cannot hold."""

import unicodedata


def unstorable(text: str) -> bool:
    """True where PostgreSQL or UTF-8 would fail: a NUL character or a lone surrogate."""
    if "\x00" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def blank(text: str) -> bool:
    """True when nothing would be seen: only spaces, controls and invisible format characters."""
    return all(unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for character in text)


def number_in(text: str) -> int:
    """The number that a form's field holds, of nine digits at most; 0 when it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
