"""Reading `template.yaml`: CloudFormation's short tags, SAM's Globals, resources by type."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    logical_id: str
    type: str
    properties: Properties


@dataclass(frozen=True)
class Template:
    """A SAM template; paths in it are relative to `folder`."""

    folder: Path
    parameters: Mapping[str, Properties]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Resource]

    def of_type(self, resource_type: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type == resource_type]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags: `!Ref X` is `{"Ref": "X"}`, `!Sub X` is `{"Fn::Sub": "X"}`."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def with_globals(properties: Properties, section: Properties) -> Properties:
    """SAM's rule for Globals: mappings are merged, lists are joined, anything else is overridden."""
    merged = dict(section)
    for name, value in properties.items():
        common = section.get(name)
        if isinstance(common, Mapping) and isinstance(value, Mapping):
            merged[name] = with_globals(value, common)
        elif isinstance(common, list) and isinstance(value, list):
            merged[name] = [*common, *value]
        else:
            merged[name] = value
    return merged


def read_template(path: Path) -> Template:
    """Read a SAM template; the Globals are merged into each function and HTTP API."""
    document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with more tags
    sections = document.get("Globals", {})
    common = {
        "AWS::Serverless::Function": sections.get("Function", {}),
        "AWS::Serverless::HttpApi": sections.get("HttpApi", {}),
    }
    return Template(
        folder=path.parent,
        parameters=document.get("Parameters", {}),
        conditions=document.get("Conditions", {}),
        resources={
            logical_id: Resource(
                logical_id,
                declared["Type"],
                with_globals(declared.get("Properties", {}), common.get(declared["Type"], {})),
            )
            for logical_id, declared in document["Resources"].items()
        },
    )
