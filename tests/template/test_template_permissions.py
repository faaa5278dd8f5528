"""Least privilege: one role per function, and nothing in it that could mean more than it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.template import Resource, Template

FUNCTION = "AWS::Serverless::Function"
ROLE = "AWS::IAM::Role"
LAMBDA_ASSUMES = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
ALLOWED_ACTIONS = {
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:AdminUserGlobalSignOut",
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutObject",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: Resource) -> Iterator[dict[str, Any]]:
    for policy in role.properties["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def role_of(template: Template, function: Resource) -> Resource:
    role, attribute = function.properties["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return template.resources[role]


def allowed(role: Resource) -> set[tuple[str, str]]:
    """(action, logical id) pairs; an index counts for its table, objects for their bucket."""
    return {
        (action, named_resource(resource).split(".")[0])
        for statement in statements(role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def named_resource(resource: Any) -> str:
    """`Table.Arn`, `Table.Arn/index/names` or `Bucket.Arn/*`; anything else is a mistake."""
    if "Fn::GetAtt" in resource:
        return ".".join(resource["Fn::GetAtt"])
    text: str = resource["Fn::Sub"]
    assert text.startswith("${"), text
    return text.replace("${", "", 1).replace("}", "", 1)


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    roles = [role_of(template, function).logical_id for function in template.of_type(FUNCTION)]
    assert len(set(roles)) == len(roles)
    assert {role.logical_id for role in template.of_type(ROLE)} == set(roles)


def test_only_lambda_assumes_a_functions_role_and_no_managed_policy_widens_it(template: Template) -> None:
    for role in template.of_type(ROLE):
        assert role.properties["AssumeRolePolicyDocument"]["Statement"] == [LAMBDA_ASSUMES]
        assert "ManagedPolicyArns" not in role.properties
    for function in template.of_type(FUNCTION):
        assert "Policies" not in function.properties, "SAM would add them to another role"


def test_roles_only_allow_and_only_named_actions(template: Template) -> None:
    for role in template.of_type(ROLE):
        for statement in statements(role):
            assert statement["Effect"] == "Allow"
            assert set(as_list(statement["Action"])) <= ALLOWED_ACTIONS, role.logical_id
            assert "NotAction" not in statement
            assert "NotResource" not in statement


def test_roles_only_reach_resources_of_this_template(template: Template) -> None:
    for role in template.of_type(ROLE):
        for statement in statements(role):
            for resource in as_list(statement["Resource"]):
                name = named_resource(resource)
                logical_id, _, path = name.partition(".")
                assert logical_id in template.resources, f"{role.logical_id}: {name}"
                if path == "Arn/*":
                    assert template.resources[logical_id].type == "AWS::S3::Bucket"
                else:
                    assert "*" not in name


def test_object_actions_name_objects_and_table_actions_name_tables(template: Template) -> None:
    kinds = {
        "cognito-idp": "AWS::Cognito::UserPool",
        "dynamodb": "AWS::DynamoDB::Table",
        "s3": "AWS::S3::Bucket",
        "sqs": "AWS::SQS::Queue",
        "logs": "AWS::Logs::LogGroup",
    }
    for role in template.of_type(ROLE):
        for action, logical_id in allowed(role):
            assert template.resources[logical_id].type == kinds[action.split(":")[0]]


def test_indexes_that_are_reached_are_declared_and_every_declared_index_is_reached(
    template: Template,
) -> None:
    declared = {
        (table.logical_id, index["IndexName"])
        for table in template.of_type("AWS::DynamoDB::Table")
        for index in table.properties.get("GlobalSecondaryIndexes", [])
    }
    reached = set()
    for role in template.of_type(ROLE):
        for statement in statements(role):
            names = [named_resource(resource) for resource in as_list(statement["Resource"])]
            parts = [name.replace(".Arn", "").partition("/index/") for name in names]
            reached |= {(table, index) for table, _, index in parts if index}
    assert reached == declared


def test_a_function_writes_its_own_log_only(template: Template) -> None:
    for function in template.of_type(FUNCTION):
        groups = {name for action, name in allowed(role_of(template, function)) if action.startswith("logs:")}
        assert groups == {function.properties["LoggingConfig"]["LogGroup"]["Ref"]}


def test_a_queue_worker_takes_from_its_own_queue_only(template: Template) -> None:
    for function in template.of_type(FUNCTION):
        sources = {
            event["Properties"]["Queue"]["Fn::GetAtt"][0]
            for event in function.properties["Events"].values()
            if event["Type"] == "SQS"
        }
        taken = {
            name for action, name in allowed(role_of(template, function)) if action == "sqs:ReceiveMessage"
        }
        assert taken == sources


def test_the_journal_is_only_appended_to(template: Template) -> None:
    changing = {
        action
        for role in template.of_type(ROLE)
        for action, name in allowed(role)
        if name == "JournalTable" and action not in ("dynamodb:Query", "dynamodb:GetItem")
    }
    assert changing == {"dynamodb:PutItem"}


def test_only_the_api_reaches_accounts(template: Template) -> None:
    reaching = {
        role.logical_id for role in template.of_type(ROLE) for _, name in allowed(role) if name == "UserPool"
    }
    assert reaching == {"ApiRole"}


def test_only_the_import_deletes_records(template: Template) -> None:
    deleting = {
        role.logical_id
        for role in template.of_type(ROLE)
        for action, _ in allowed(role)
        if action == "dynamodb:DeleteItem"
    }
    assert deleting == {"ImportRecordsRole"}


def test_work_goes_on_in_a_queue_whose_worker_it_is_or_is_started_by_api_and_sweeper(
    template: Template,
) -> None:
    senders = {
        (role.logical_id.removesuffix("Role"), name.removesuffix("Queue"))
        for role in template.of_type(ROLE)
        for action, name in allowed(role)
        if action == "sqs:SendMessage"
    }
    workers = {"CreateBatches", "GenerateBankFile", "ReleaseBatch", "ImportRecords", "ExportAccounting"}
    itself = {(worker, worker) for worker in workers}
    by_others = {(sender, worker) for sender in ("Api", "Maintain") for worker in workers}
    assert senders == itself | by_others


@pytest.mark.parametrize(
    ("bucket", "writers"),
    [
        ("OutputsBucket", {"GenerateBankFileRole", "ExportAccountingRole"}),
        ("UploadsBucket", {"ApiRole"}),
        ("WorkBucket", {"ApiRole", "CreateBatchesRole", "ImportRecordsRole", "ExportAccountingRole"}),
    ],
)
def test_who_writes_files(template: Template, bucket: str, writers: set[str]) -> None:
    found = {role.logical_id for role in template.of_type(ROLE) if ("s3:PutObject", bucket) in allowed(role)}
    assert found == writers
