"""R3.3: texts with placeholders, `"{priority}: {account.name}"`, parsed once and rendered as one expression."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from casesim.tables import PolicyError, nearest, shown

ACCOUNT_AND_CONTACT = ("account", "contact")

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One placeholder: a field of the incident, its account, its contact, the case, or the comment."""

    scope: str
    field: str

    def __str__(self) -> str:
        return self.field if self.scope == "incident" else f"{self.scope}.{self.field}"


@dataclass(frozen=True, slots=True)
class Template:
    """R3.3: a text and its parts, literal texts (braces already single) and sources, in order.

    Two neighbouring parts are never both literal, and no literal part is empty: an empty text has no parts.
    """

    text: str
    parts: tuple[str | Source, ...]

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        where: str,
        default_scope: str | None = "incident",
        scopes: Collection[str] = ACCOUNT_AND_CONTACT,
    ) -> "Template":
        """Read a template.

        Args:
            text: `{field}` and `{scope.field}` are placeholders, `{{` and `}}` literal braces. A name is what stands
                between the braces, blanks included.
            where: where the text stands; the error begins with it.
            default_scope: what a name without a dot is a field of; None where every name needs a scope.
            scopes: the scopes that may stand before a dot.

        Raises:
            PolicyError: a lone brace, an empty name, a missing or unknown scope. One line for each fault.

        Example:
            >>> Template.parse("{{P{priority}}} {account.name}", where="example").parts
            ('{P', Source(scope='incident', field='priority'), '} ', Source(scope='account', field='name'))
        """
        parts: list[str | Source] = []
        faults: list[str] = []
        for piece in _PIECE.findall(text):
            if piece in {"{", "}"}:
                faults.append(f"a lone {piece} in {shown(text)}; a literal brace is written {piece * 2}.")
            elif piece[0] == "{" and piece != "{{":
                try:
                    parts.append(_source(piece[1:-1], default_scope, scopes))
                except PolicyError as fault:
                    faults.append(str(fault))
            else:
                literal = piece[0] if piece in {"{{", "}}"} else piece
                if parts and isinstance(parts[-1], str):
                    literal = str(parts.pop()) + literal
                parts.append(literal)
        if faults:
            raise PolicyError("\n".join(f"{where}: {fault}" for fault in dict.fromkeys(faults)))
        return cls(text, tuple(parts))

    @classmethod
    def literal(cls, text: str) -> "Template":
        """The template that renders exactly this text, braces included."""
        return cls(text.replace("{", "{{").replace("}", "}}"), (text,) if text else ())

    @property
    def sources(self) -> tuple[Source, ...]:
        """The distinct sources, in the order they first appear."""
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, Source)))

    @property
    def plain(self) -> Source | None:
        """The source of a text that is one placeholder and nothing else: its value and its type are copied."""
        match self.parts:
            case (Source() as source,):
                return source
        return None

    @property
    def constant(self) -> str | None:
        """The text of a template without sources, None for one with sources. An empty constant is a missing value."""
        match self.parts:
            case ():
                return ""
            case (str(text),):
                return text
        return None

    def render(self, text: Callable[[Source], nw.Expr]) -> nw.Expr:
        """The rendered text as one expression (String).

        Args:
            text: gives a source's value as text. A missing value renders empty.

        Returns:
            Text, null where it would be empty. Values are put in once and never read as templates.
        """
        missing = nw.lit(None, dtype=nw.String)
        if self.constant is not None:
            return nw.lit(self.constant) if self.constant else missing
        pieces = [nw.lit(part) if isinstance(part, str) else text(part).fill_null("") for part in self.parts]
        if any(isinstance(part, str) for part in self.parts):
            return nw.concat_str(pieces)
        whole = nw.concat_str(pieces) if len(pieces) > 1 else pieces[0]
        return nw.when(whole != "").then(whole).otherwise(missing)


def _source(name: str, default_scope: str | None, scopes: Collection[str]) -> Source:
    scope, dot, field = name.partition(".")
    written = _braces(name)
    if not name or (dot and scope in scopes and not field):
        raise PolicyError(f"{written} names no field.")
    if not dot:
        if default_scope is None:
            choices = ", ".join(_braces(f"{scope}.{name}") for scope in scopes)
            raise PolicyError(f"{written} does not say whose field it is; write one of {choices}.")
        return Source(default_scope, name)
    if scope in scopes:
        return Source(scope, field)
    if scope == default_scope:
        raise PolicyError(f"{written}: a field of the {scope} is written without it: {_braces(field)}.")
    if not scopes:
        raise PolicyError(f"{written}: only fields of the {default_scope} can stand here, and their names have no dot.")
    also = f" Fields of the {default_scope} have no dot." if default_scope else ""
    raise PolicyError(f"{written}: {shown(scope)} cannot stand before the dot. {nearest(scope, scopes)}{also}")


def _braces(name: str) -> str:
    return f"{{{shown(name)[1:-1]}}}"
