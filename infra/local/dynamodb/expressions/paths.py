"""Follows document paths through an item: reading, replacing and removing what they lead to.

What an item holds is never changed in place: replacing copies the containers along the path and shares the
rest.
"""

from collections.abc import Sequence

from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.expressions.nodes import Path
from infra.local.dynamodb.values import AttributeValue, Item

Elements = tuple[str | int, ...]


def value_at(item: Item, elements: Elements) -> AttributeValue | None:
    """Return what a path leads to, or None where it leads nowhere."""
    value: AttributeValue | None = item.get(elements[0])  # type: ignore[arg-type]
    for element in elements[1:]:
        if value is None:
            return None
        value = _member(value, element)
    return value


def change_in_copy(item: Item, elements: Elements, value: AttributeValue | None) -> None:
    """Put `value` where the path leads, or nothing where it is None, in a copy of an item.

    A position past a list's end appends; what is removed need not exist. Raises ValidationError where the
    path's containers do not exist.
    """
    attribute, *rest = elements
    assert isinstance(attribute, str), "a path begins with an attribute"
    if rest:
        item[attribute] = _with_member(item.get(attribute), tuple(rest), value)
    elif value is None:
        item.pop(attribute, None)
    else:
        item[attribute] = value


def refuse_overlaps(parameter: str, paths: Sequence[Path]) -> None:
    """Raise ValidationError where one path leads into another, or two disagree on a container's type."""
    for position, one in enumerate(paths):
        for two in paths[position + 1 :]:
            _refuse_overlap(parameter, one, two)


def _refuse_overlap(parameter: str, one: Path, two: Path) -> None:
    for left, right in zip(one.elements, two.elements, strict=False):
        if left == right:
            continue
        if isinstance(left, int) == isinstance(right, int):
            return
        raise ValidationError(
            f"Invalid {parameter}: Two document paths conflict with each other; must remove or rewrite one "
            f"of these paths; path one: {one}, path two: {two}"
        )
    raise ValidationError(
        f"Invalid {parameter}: Two document paths overlap with each other; must remove or rewrite one of "
        f"these paths; path one: {one}, path two: {two}"
    )


def _member(container: AttributeValue, element: str | int) -> AttributeValue | None:
    if isinstance(element, str):
        return container.get("M", {}).get(element)  # type: ignore[no-any-return]
    elements = container.get("L", [])
    return elements[element] if element < len(elements) else None


def _with_member(
    container: AttributeValue | None, elements: Elements, value: AttributeValue | None
) -> AttributeValue:
    """Return a copy of `container` in which the path leads to `value`, or to nothing where it is None."""
    element, *rest = elements
    expected = "M" if isinstance(element, str) else "L"
    if container is None or expected not in container:
        raise ValidationError("The document path provided in the update expression is invalid for update")
    if rest:
        value = _with_member(_member(container, element), tuple(rest), value)
    if isinstance(element, str):
        return {"M": _members_with(container["M"], element, value)}
    return {"L": _elements_with(container["L"], element, value)}


def _members_with(members: Item, name: str, value: AttributeValue | None) -> Item:
    if value is None:
        return {other: member for other, member in members.items() if other != name}
    return {**members, name: value}


def _elements_with(
    elements: list[AttributeValue], position: int, value: AttributeValue | None
) -> list[AttributeValue]:
    following = elements[position + 1 :]
    if value is None:
        return [*elements[:position], *following]
    return [*elements[:position], value, *following]
