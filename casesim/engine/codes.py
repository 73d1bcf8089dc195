"""What integer columns stand for: what is not there, and contract values."""

import narwhals.stable.v2 as nw

# Epoch microseconds of a route without times (R8): there before and after everything.
FROM_START = -(2**63)
NEVER = 2**63 - 1

# The rank of a service definition where no product selects one (R4): after all others.
NO_TYPE = 2**31 - 1

# Contract values are added as whole ten-thousandths, so that a sum never depends on the order of its terms.
VALUE_UNIT = 10_000


def contract_value(ten_thousandths: nw.Expr) -> nw.Expr:
    """A sum of contract values as a number.

    It is divided by a column: Polars multiplies by the inverse of a constant, which makes 3.3000000000000003 of 33,000.
    Beyond what a Float64 counts one by one, what stands before the point is taken by itself: so it is rounded once.
    """
    units = ten_thousandths.cast(nw.Int64)
    whole = units // VALUE_UNIT
    apart = whole.cast(nw.Float64) + (units - whole * VALUE_UNIT).cast(nw.Float64) / (units * 0 + VALUE_UNIT)
    exact = units.is_between(-(2**53), 2**53)
    return nw.when(exact).then(units.cast(nw.Float64) / (units * 0 + VALUE_UNIT)).otherwise(apart)
