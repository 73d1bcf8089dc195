"""Which column of a file is which of ours: by name, by label, by `dv_` name, or as dataset.toml says."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from casesim.tables import DatasetError, Table, plain_name, shown


def assign(table: Table, headers: Sequence[str], rename: Mapping[str, str]) -> dict[str, str]:
    """Our column name -> header, for every column of a file, ours first and in the contract's order.

    A header is one of ours, in this order, if dataset.toml says so, if it is our name, reads like it, is one of the
    labels the platform shows, or is any of these with `dv_` before it. Who comes first has the name; all other columns
    are kept under their plain name. `sys_created_on` stands for a missing `added_at` (R8).

    Args:
        table: the table the file belongs to.
        headers: the file's column names, all different.
        rename: header -> column of ours; headers that the file lacks are passed over.

    Raises:
        DatasetError: two columns that read as the same name, a header that Polars would take for a pattern.

    Example:
        >>> from casesim.tables import INPUT
        >>> assign(INPUT["task_ci"], ["Task", "Configuration Item", "Note"], {})
        {'task': 'Task', 'ci_item': 'Configuration Item', 'note': 'Note'}
    """
    named = [header for header in headers if header.strip()]
    patterns = [header for header in named if header == "*" or (header.startswith("^") and header.endswith("$"))]
    if patterns:
        raise DatasetError(f"a column cannot be called {', '.join(map(shown, patterns))}. Give it another name.")
    ours = {rename[header]: header for header in named if header in rename}
    renamed = set(ours)
    for reads_as in _readings(table):
        taken = set(ours.values())
        for header in named:
            name = reads_as(header)
            if name is not None and name not in ours and header not in taken:
                ours[name] = header
    found = {name: ours[name] for name in table.names if name in ours}
    for header in named:
        if header in ours.values():
            continue
        # A heading without a letter or digit of ours goes by its own name.
        name = plain_name(header) or header.strip()
        if name in renamed:
            continue  # Somebody chose another column for it.
        if name in found:
            raise DatasetError(
                f"columns {shown(found[name])} and {shown(header)} both read as {name}. "
                "Drop one of them, or say in dataset.toml which one is meant."
            )
        found[name] = header
    return found


def union(columns: Iterable[Iterable[str]], table: Table) -> tuple[str, ...]:
    """The columns of a table's files together: ours in the contract's order, then the others as they turn up."""
    seen = dict.fromkeys(name for names in columns for name in names)
    return tuple(name for name in table.names if name in seen) + tuple(name for name in seen if name not in table.names)


def _readings(table: Table) -> tuple[Callable[[str], str | None], ...]:
    names = {name: name for name in table.names}
    labels: dict[str, str] = {}
    for column in table.columns:
        for label in column.labels:
            labels.setdefault(plain_name(label), column.name)
    created = {"sys_created_on": "added_at", "created": "added_at"} if "added_at" in names else {}
    return (
        names.get,
        lambda header: names.get(plain_name(header)),
        lambda header: labels.get(plain_name(header)),
        lambda header: names.get(plain_name(header).removeprefix("dv_")),
        lambda header: labels.get(plain_name(header).removeprefix("dv_")),
        lambda header: created.get(plain_name(header).removeprefix("dv_")),
    )
