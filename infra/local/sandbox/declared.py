"""Functions as the template declares them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.intrinsics import Names
from infra.local.sandbox.worker import FunctionSpec
from infra.local.template import Resource, Template

USED_PROPERTIES = ("CodeUri", "Handler", "Layers", "Environment", "Timeout", "MemorySize")
# Lambda's own, where the template says nothing.
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128


def function_specs(template: Template, names: Names, environment: Mapping[str, str]) -> list[FunctionSpec]:
    """One per AWS::Serverless::Function; `environment` is what reaches the embedded cloud."""
    return [
        _spec(resource, template, names, environment)
        for resource in template.of_type("AWS::Serverless::Function")
    ]


def _spec(
    resource: Resource, template: Template, names: Names, environment: Mapping[str, str]
) -> FunctionSpec:
    used = {name: value for name, value in resource.properties.items() if name in USED_PROPERTIES}
    declared = names.resolve(used)
    return FunctionSpec(
        logical_id=resource.logical_id,
        name=names.refs[resource.logical_id],
        arn=names.attributes[resource.logical_id, "Arn"],
        handler=declared["Handler"],
        code=(template.folder / declared["CodeUri"]).resolve(),
        layers=_layer_folders(declared.get("Layers", []), template),
        environment={**environment, **declared.get("Environment", {}).get("Variables", {})},
        timeout_seconds=float(declared.get("Timeout", DEFAULT_TIMEOUT_SECONDS)),
        memory_mb=int(declared.get("MemorySize", DEFAULT_MEMORY_MB)),
    )


def _layer_folders(layers: list[str], template: Template) -> list[Path]:
    """Layers by their source folder. The folder of third-party packages holds none before a build: here they
    are those of the running Python.
    """
    resources: Mapping[str, Any] = template.resources
    return [(template.folder / resources[layer].properties["ContentUri"]).resolve() for layer in layers]
