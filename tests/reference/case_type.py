"""R4: which table a case is of, and the defaults that come with it."""

from dataclasses import dataclass, field

from tests.reference.affected import Customer
from tests.reference.keys import Dataset
from tests.reference.policy import Policy
from tests.reference.values import Row

BASE_TABLE = "sn_customerservice_case"


@dataclass
class Definition:
    """A service definition: the product models (or all) whose cases are of its table."""

    product: object
    all_products: bool
    table: str
    defaults: Row = field(default_factory=dict)


def definitions(data: Dataset, policy: Policy) -> list[Definition]:
    """R4.1: in the order they are tried. The policy's own, else the dataset's; those for all products last."""
    given: list[Row] = policy.get("case_types", [])
    if not given:
        given = sorted(data.rows["service_definition"], key=definition_order)
    found = [
        Definition(
            row.get("product"),
            row.get("all_products") is True,
            str(row.get("table") or BASE_TABLE),
            dict(row.get("defaults", {})),
        )
        for row in given
    ]
    return [one for one in found if not one.all_products] + [one for one in found if one.all_products]


def definition_order(row: Row) -> tuple[object, ...]:
    """Ascending order, missing last; then name, product and table, missing first."""
    order = row["order"]
    texts = [str(row[column] or "") for column in ("name", "product", "table")]
    return (order is None, order or 0, *texts)


def case_type(data: Dataset, policy: Policy, customer: Customer) -> Definition:
    """R4: the first definition that matches any product through which the customer is affected."""
    for definition in definitions(data, policy):
        if definition.all_products or definition.product in customer.products:
            return definition
    return Definition(None, False, BASE_TABLE)


def major_table(data: Dataset, policy: Policy, tables: list[str]) -> str:
    """R4.1: the table most of the children have. Tie: whose definition is tried first, the base table last."""
    tried = [definition.table for definition in definitions(data, policy) if definition.table != BASE_TABLE]

    def rank(table: str) -> tuple[int, int]:
        return (-tables.count(table), tried.index(table) if table in tried else len(tried))

    return min(set(tables), key=rank)
