"""How integer codes become output: each column says where its value comes from, texts are fetched last.

A table of the result is a frame of codes (a row per output row, in output order) and columns that are either taken as
they are, fetched from a *side* (incidents, customers, case tables) by a code, or worked out from such columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import narwhals.stable.v2 as nw
import polars as pl


@dataclass(frozen=True, slots=True)
class Fetch:
    """The value of `column` in the side's row that the code column of the same name as the side points to.

    only: a Boolean code column; where it is false the value is missing.
    """

    side: str
    column: str
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """An expression over the code columns and `inputs`, which are fetched first."""

    expr: nw.Expr
    inputs: Mapping[str, Fetch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutputTable:
    """One table of the result, not yet spelt out.

    codes: a row per output row, in output order; sides: by name, the frame a code column of that name points into;
    columns: output column -> where it comes from.
    """

    codes: pl.DataFrame
    sides: Mapping[str, pl.DataFrame]
    columns: Mapping[str, Fetch | Work]

    @classmethod
    def plain(cls, frame: pl.DataFrame) -> "OutputTable":
        """A table that is spelt out already."""
        return cls(frame, {}, {name: Work(nw.col(name)) for name in frame.columns})

    def only(self, *names: str) -> "OutputTable":
        """The same rows with some of the columns."""
        return OutputTable(self.codes, self.sides, {name: self.columns[name] for name in dict.fromkeys(names)})

    def worked(self, codes: pl.DataFrame) -> dict[str, pl.Series]:
        """The columns that have to be worked out, for some rows of `codes`."""
        work = {name: column for name, column in self.columns.items() if isinstance(column, Work)}
        # Two columns may be one and the same (a case's number and its correlation id): work it out once.
        once = {id(column): column for column in work.values()}
        inputs = {name: source for column in once.values() for name, source in column.inputs.items()}
        base = codes.with_columns(fetched(codes, self.sides, source).alias(name) for name, source in inputs.items())
        found = nw.from_native(base).select(nw.all(), **{f"work {key}": column.expr for key, column in once.items()})
        native = found.to_native()
        return {name: native[f"work {id(column)}"].alias(name) for name, column in work.items()}

    def frame(self, start: int = 0, rows: int | None = None) -> pl.DataFrame:
        """The rows from `start` on (all, or `rows` of them), spelt out."""
        codes = self.codes.slice(start, rows)
        worked = self.worked(codes)
        return pl.DataFrame(
            [
                fetched(codes, self.sides, column).alias(name) if isinstance(column, Fetch) else worked[name]
                for name, column in self.columns.items()
            ]
        )

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """The table in pieces of `rows`, one after the other."""
        for start in range(0, max(self.codes.height, 1), rows):
            yield self.frame(start, rows)


def fetched(codes: pl.DataFrame, sides: Mapping[str, pl.DataFrame], source: Fetch) -> pl.Series:
    """The values of one fetched column, a row per code row."""
    code = codes[source.side]
    if source.only is not None:
        code = codes.select(pl.when(source.only).then(source.side))[source.side]
    return sides[source.side][source.column].gather(code)
