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
    described: dict[str, Any] = json.loads(
        _without_house().get_openapi_json_schema(title=TITLE, version=VERSION)
    )
    described["info"]["description"] = DESCRIPTION
    described["security"] = [{"bearer": []}]
    components = described["components"]
    components["securitySchemes"] = {"bearer": BEARER}
    schemas = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=_REF)
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for path in described["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = _problem_response()
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


def _problem_response() -> dict[str, Any]:
    return {
        "description": "Problème",
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
