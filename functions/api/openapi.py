"""The API described as OpenAPI 3.1: generated from the routes, committed, and compared.

python -m functions.api.openapi --write openapi.json
python -m functions.api.openapi --check openapi.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

# On Lambda this folder is the root of imports.
sys.path.insert(0, str(Path(__file__).parent))

from http_api.application import resolver
from http_api.problems import MEDIA_TYPE, Problem
from http_api.words import WORDS

TITLE = "Diapason"
VERSION = "1"
DESCRIPTION = "Remises de prélèvement des établissements."
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Jeton d’accès du répertoire d’utilisateurs.",
}
_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """The whole description, as plain values."""
    text = _without_house().get_openapi_json_schema(title=TITLE, version=VERSION)
    described: dict[str, Any] = _tidied(json.loads(text))
    described["info"]["description"] = DESCRIPTION
    described["security"] = [{"bearer": []}]
    described["components"]["securitySchemes"] = {"bearer": BEARER}
    schemas = described["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)
    problem = _tidied(Problem.model_json_schema(ref_template=_REF))
    schemas.update(problem.pop("$defs"), Problem=problem)
    for enumeration, words in WORDS.items():
        if enumeration.__name__ in schemas:
            schemas[enumeration.__name__]["x-words"] = {str(value): text for value, text in words.items()}
    for path in described["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = _problem_response()
            for parameter in operation.get("parameters", []):
                _drop_null(parameter["schema"])
    return described


def text() -> str:
    """The description as it is committed: sorted, so that a change shows as what it is."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wish = parser.add_mutually_exclusive_group(required=True)
    wish.add_argument("--write", type=Path, metavar="FILE")
    wish.add_argument("--check", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if options.write:
        options.write.write_text(text(), encoding="utf-8")
        return 0
    if options.check.read_text(encoding="utf-8") == text():
        return 0
    print(f"{options.check} is not what the routes say: write it again with --write", file=sys.stderr)
    return 1


def _without_house() -> Any:
    def no_house() -> Any:
        raise AssertionError("describing the routes reads no record")

    return resolver(no_house)


def _tidied(part: Any) -> Any:
    """Without the titles that pydantic makes of field names, English words about enumerations, and whole
    numbers written as floats."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if isinstance(part, float) and part.is_integer():
        return int(part)
    if not isinstance(part, dict):
        return part
    made = {"title"} if "type" in part or "anyOf" in part or "$ref" in part else set()
    if "enum" in part:
        made |= {"description"}
    return {
        name: _tidied(value) for name, value in part.items() if name not in made or isinstance(value, dict)
    }


def _drop_null(schema: dict[str, Any]) -> None:
    """A parameter of an address is there or not: it is never null."""
    choices = [choice for choice in schema.pop("anyOf", []) if choice != {"type": "null"}]
    if choices:
        schema.update(*choices)


def _problem_response() -> dict[str, Any]:
    return {
        "description": "Problème",
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
