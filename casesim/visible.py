"""Texts of unknown origin on a screen: what acts on a terminal, turns the text around it, or cannot be seen, is shown.

The one home of what counts as such. `clean` (analysis.wording) uses it for values in tables, `shown` (tables) for
values in errors, and the command line for every line that leaves it.
"""

import re
import unicodedata

# Controls, formats (bidi, joiners, tags), surrogates, private use, line and paragraph separators.
_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and marks that are drawn as nothing. The two selectors that choose between the looks of an emoji may stay.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]")


def harmful(sign: str) -> bool:
    """Whether a character acts on a terminal, changes how the text around it is read, or hides.

    Example:
        >>> [harmful(sign) for sign in ("a", "é", "\\x1b", "\\u202e", "\\u200b", "\\n")]
        [False, False, True, True, True, True]
    """
    return unicodedata.category(sign) in _CATEGORIES or _BLANK.match(sign) is not None


def visible(text: str, keep: str = "") -> str:
    r"""The text with each harmful character written as its number, as JSON would.

    Args:
        text: any text.
        keep: characters that stay as they are, as line feeds do between the lines of a page.

    Example:
        >>> visible("red \x1b[31m alert\nnext", keep="\n")
        'red \\u001b[31m alert\nnext'
    """
    if text.isprintable() and not _BLANK.search(text):
        return text
    return "".join(_number(sign) if sign not in keep and harmful(sign) else sign for sign in text)


def _number(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
