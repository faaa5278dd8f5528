"""The template as the embedded stack reads it: short tags, Globals, intrinsic functions."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.intrinsics import Names, UnresolvableError
from infra.local.template import Template, read_template, with_globals

TOY = Path(__file__).parent / "toy" / "template.yaml"


def template_of(tmp_path: Path, text: str) -> Template:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return read_template(path)


def test_short_tags_read_like_their_long_forms(tmp_path: Path) -> None:
    template = template_of(
        tmp_path,
        """
Resources:
  It:
    Type: Some::Type
    Properties:
      Ref: !Ref Other
      Attribute: !GetAtt Other.Arn
      Nested: !GetAtt Other.Endpoint.Address
      Text: !Sub "${Other}/x"
      Choice: !If [Yes, 1, !Ref AWS::NoValue]
      Joined: !Join ["-", [a, !Ref Other]]
""",
    )
    assert template.resources["It"].properties == {
        "Ref": {"Ref": "Other"},
        "Attribute": {"Fn::GetAtt": ["Other", "Arn"]},
        "Nested": {"Fn::GetAtt": ["Other", "Endpoint.Address"]},
        "Text": {"Fn::Sub": "${Other}/x"},
        "Choice": {"Fn::If": [True, 1, {"Ref": "AWS::NoValue"}]},
        "Joined": {"Fn::Join": ["-", ["a", {"Ref": "Other"}]]},
    }


def test_globals_reach_every_function_and_give_way_to_its_own_settings() -> None:
    functions = {
        function.logical_id: function.properties
        for function in read_template(TOY).of_type("AWS::Serverless::Function")
    }
    assert functions["ApiFunction"]["Timeout"] == 3
    assert functions["WorkerFunction"]["Timeout"] == 20
    assert functions["ApiFunction"]["Environment"]["Variables"]["NOTES_TABLE"] == {"Ref": "NotesTable"}


def test_globals_are_merged_by_the_rule_of_their_kind() -> None:
    merged = with_globals(
        {"Timeout": 5, "Layers": ["own"], "Environment": {"Variables": {"B": "own", "C": "own"}}},
        {
            "Timeout": 1,
            "Layers": ["all"],
            "Environment": {"Variables": {"A": "all", "B": "all"}},
            "Runtime": "x",
        },
    )
    assert merged == {
        "Timeout": 5,
        "Layers": ["all", "own"],
        "Environment": {"Variables": {"A": "all", "B": "own", "C": "own"}},
        "Runtime": "x",
    }


@pytest.fixture
def names() -> Names:
    names = Names(
        conditions={"Local": {"Fn::Equals": [{"Ref": "Where"}, "here"]}, "Away": {"Fn::Equals": ["a", "b"]}}
    )
    names.add("Where", "here")
    names.add("Table", "diapason-Table", Arn="arn:aws:dynamodb:eu-west-3:000000000000:table/diapason-Table")
    return names


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("plain", "plain"),
        (7, 7),
        ({"Ref": "Table"}, "diapason-Table"),
        ({"Ref": "AWS::Region"}, "eu-west-3"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:aws:dynamodb:eu-west-3:000000000000:table/diapason-Table"),
        ({"Fn::Sub": "${Table}-${AWS::Region}-${!Literal}"}, "diapason-Table-eu-west-3-${Literal}"),
        (
            {"Fn::Sub": "${Table.Arn}/index/*"},
            "arn:aws:dynamodb:eu-west-3:000000000000:table/diapason-Table/index/*",
        ),
        ({"Fn::Sub": ["${a}-${Where}", {"a": {"Ref": "Table"}}]}, "diapason-Table-here"),
        ({"Fn::Join": ["/", ["x", {"Ref": "Where"}]]}, "x/here"),
        ({"Fn::If": ["Local", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Away", "yes", "no"]}, "no"),
        ([{"Fn::If": ["Away", "a", {"Ref": "AWS::NoValue"}]}, "b"], ["b"]),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ({"Null": {"s3:if-none-match": "true"}}, {"Null": {"s3:if-none-match": "true"}}),
    ],
)
def test_intrinsic_functions_resolve(names: Names, value: Any, resolved: Any) -> None:
    assert names.resolve(value) == resolved


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Nothing"},
        {"Fn::GetAtt": ["Table", "Nothing"]},
        {"Fn::Sub": "${Nothing}"},
        {"Fn::If": ["Nothing", 1, 2]},
        {"Fn::ImportValue": "elsewhere"},
    ],
)
def test_what_cannot_be_resolved_is_refused(names: Names, value: Any) -> None:
    with pytest.raises(UnresolvableError):
        names.resolve(value)
