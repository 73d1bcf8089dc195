"""R1, R1.1, R1.2: who is affected.

An incident is linked to *nodes* (configuration items and services that somebody owns), a node has *members* (the
customers of its install base items), and an incident's list names customers directly. All of it in integer codes.

Frames here carry, where the dataset records times (R8), `added` and `removed`: epoch microseconds, `FROM_START` and
`NEVER` where a route has none. A customer is there from the earliest of its routes to the end of the latest.
"""

import narwhals.stable.v2 as nw

from casesim.tables import Frame


def merged(rows: Frame, *by: str) -> Frame:
    """R1.1: each combination of `by` once, with its earliest `added`, latest `removed` and best `type`.

    Args:
        rows: the columns `by` and any of `type`, `added`, `removed`; others are dropped.
    """
    columns = rows.collect_schema().names()
    earliest = [nw.col(name).min() for name in ("type", "added") if name in columns]
    latest = [nw.col(name).max() for name in ("removed",) if name in columns]
    if not earliest and not latest:
        return rows.select(*by).unique()
    return rows.group_by(*by).agg(*earliest, *latest)


def through(links: Frame, members: Frame) -> Frame:
    """R1: the customers each incident reaches through its nodes, a row for every route.

    Args:
        links: `incident`, `node` (and times).
        members: `node`, `customer`, `type` (rank of the service definition that its products select, R4).

    Returns:
        `incident`, `customer`, `type` (and the times of the link).
    """
    return links.join(members, on="node", how="inner").drop("node")
