"""The nodes that expressions are made of, with every name placeholder already replaced."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: an attribute name, then names of map members and positions in lists."""

    elements: tuple[str | int, ...]

    @property
    def attribute(self) -> str:
        """The top-level attribute that the path starts from."""
        return str(self.elements[0])

    def __str__(self) -> str:
        texts = (f"[{element}]" if isinstance(element, int) else element for element in self.elements)
        return f"[{', '.join(texts)}]"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value that the request supplies, such as `:amount`."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; depending on its name it yields a value or is a condition."""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum or difference, in updates."""

    operator: str
    left: "Operand"
    right: "Operand"


Operand: TypeAlias = Path | Placeholder | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands with one of = <> < <= > >= between them."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """An operand within two bounds, both included."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    """An operand that equals one of a list."""

    operand: Operand
    candidates: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Combination:
    """Two conditions joined by AND or OR."""

    operator: str
    left: "Condition"
    right: "Condition"


Condition: TypeAlias = Comparison | Between | In | Call | Not | Combination


@dataclass(frozen=True, slots=True)
class UpdateAction:
    """One action of an update: the clause it stands in, its target, its operand (none in REMOVE)."""

    clause: str
    path: Path
    operand: Operand | None
