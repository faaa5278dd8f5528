"""CloudFormation's intrinsic functions, as far as the template uses them; any other is refused by name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

REGION = "eu-west-3"
ACCOUNT = "000000000000"

PSEUDO_PARAMETERS: Mapping[str, str] = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::StackName": "diapason",
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE = "AWS::NoValue"
_SUB_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


class UnresolvableError(Exception):
    """The template names something that does not exist, or uses a function that is not known here."""


@dataclass
class Names:
    """What each logical id stands for: `Ref` values and `GetAtt` values, filled while resources are made."""

    refs: dict[str, str] = field(default_factory=lambda: dict(PSEUDO_PARAMETERS))
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)

    def add(self, logical_id: str, ref: str, **attributes: str) -> None:
        self.refs[logical_id] = ref
        for name, value in attributes.items():
            self.attributes[logical_id, name] = value

    def resolve(self, value: Any) -> Any:
        """`value` with every intrinsic function replaced. Raises UnresolvableError."""
        if isinstance(value, list):
            resolved = [self.resolve(item) for item in value]
            return [item for item in resolved if item is not None]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            function, argument = next(iter(value.items()))
            if function in _FUNCTIONS:
                return _FUNCTIONS[function](self, argument)
            if function.startswith("Fn::"):
                raise UnresolvableError(f"{function} is not known here")
        resolved_items = {name: self.resolve(item) for name, item in value.items()}
        return {name: item for name, item in resolved_items.items() if item is not None}

    def _ref(self, logical_id: str) -> str | None:
        if logical_id == NO_VALUE:
            return None
        try:
            return self.refs[logical_id]
        except KeyError:
            raise UnresolvableError(f"Ref {logical_id}") from None

    def _get_att(self, path: list[str]) -> str:
        logical_id, attribute = path
        try:
            return self.attributes[logical_id, attribute]
        except KeyError:
            raise UnresolvableError(f"GetAtt {logical_id}.{attribute}") from None

    def _sub(self, argument: str | list[Any]) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in variables:
                return str(self.resolve(variables[name]))
            logical_id, dot, attribute = name.partition(".")
            return self._get_att([logical_id, attribute]) if dot else str(self._ref(name))

        return _SUB_VARIABLE.sub(replace, text)

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(self.resolve(parts))

    def _equals(self, argument: list[Any]) -> bool:
        left, right = (self.resolve(side) for side in argument)
        return bool(left == right)

    def _if(self, argument: list[Any]) -> Any:
        condition, when_true, when_false = argument
        if condition not in self.conditions:
            raise UnresolvableError(f"Condition {condition}")
        return self.resolve(when_true if self.resolve(self.conditions[condition]) else when_false)


_FUNCTIONS: Mapping[str, Callable[[Names, Any], Any]] = {
    "Ref": Names._ref,  # noqa: SLF001
    "Fn::GetAtt": Names._get_att,  # noqa: SLF001
    "Fn::Sub": Names._sub,  # noqa: SLF001
    "Fn::Join": Names._join,  # noqa: SLF001
    "Fn::Equals": Names._equals,  # noqa: SLF001
    "Fn::If": Names._if,  # noqa: SLF001
}
