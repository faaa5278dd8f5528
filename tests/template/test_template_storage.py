"""Where records and files lie: encrypted, private, and hard to lose."""

from typing import Any

import pytest

from infra.local.template import Resource, Template

TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
INDEXES = {
    "RegistryTable": {("names", "ALL")},
    "BillingTable": {("open", "ALL"), ("listing", "ALL")},
    "CollectionTable": {("listing", "ALL"), ("work", "KEYS_ONLY")},
    "JournalTable": {("by_time", "ALL")},
}


def key_attributes(key_schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in key_schema]


def policy_of(template: Template, bucket: Resource) -> list[dict[str, Any]]:
    (policy,) = (
        policy
        for policy in template.of_type("AWS::S3::BucketPolicy")
        if policy.properties["Bucket"] == {"Ref": bucket.logical_id}
    )
    statements: list[dict[str, Any]] = policy.properties["PolicyDocument"]["Statement"]
    return statements


def test_tables_are_protected_against_loss_and_encrypted(template: Template) -> None:
    for table in template.of_type(TABLE):
        assert table.properties["DeletionProtectionEnabled"] is True
        assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table.properties["SSESpecification"]["SSEEnabled"] is True
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST"


def test_tables_have_the_keys_and_indexes_that_the_code_queries(template: Template) -> None:
    tables = {table.logical_id: table.properties for table in template.of_type(TABLE)}
    assert set(tables) == set(INDEXES)
    for logical_id, properties in tables.items():
        assert key_attributes(properties["KeySchema"]) == [("PK", "HASH"), ("SK", "RANGE")]
        indexes = properties["GlobalSecondaryIndexes"]
        assert {(index["IndexName"], index["Projection"]["ProjectionType"]) for index in indexes} == INDEXES[
            logical_id
        ]


def test_every_declared_attribute_is_a_key_and_every_key_is_declared_as_text(template: Template) -> None:
    for table in template.of_type(TABLE):
        schemas = [table.properties["KeySchema"]]
        schemas += [index["KeySchema"] for index in table.properties["GlobalSecondaryIndexes"]]
        keys = {name for schema in schemas for name, _ in key_attributes(schema)}
        declared = {
            attribute["AttributeName"]: attribute["AttributeType"]
            for attribute in table.properties["AttributeDefinitions"]
        }
        assert declared == dict.fromkeys(keys, "S")


def test_buckets_are_private_and_encrypted(template: Template) -> None:
    for bucket in template.of_type(BUCKET):
        block = bucket.properties["PublicAccessBlockConfiguration"]
        assert set(block.values()) == {True}
        assert len(block) == 4
        assert bucket.properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")


def test_buckets_are_reached_over_tls_only(template: Template) -> None:
    for bucket in template.of_type(BUCKET):
        (statement,) = (s for s in policy_of(template, bucket) if s["Sid"] == "OnlyOverTls")
        assert statement == {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [
                {"Fn::GetAtt": [bucket.logical_id, "Arn"]},
                {"Fn::Sub": f"${{{bucket.logical_id}.Arn}}/*"},
            ],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }


def test_bucket_policies_allow_nobody_anything(template: Template) -> None:
    for policy in template.of_type("AWS::S3::BucketPolicy"):
        effects = {statement["Effect"] for statement in policy.properties["PolicyDocument"]["Statement"]}
        assert effects == {"Deny"}


def test_bank_files_are_kept_in_every_version_for_ten_years(template: Template) -> None:
    outputs = template.resources["OutputsBucket"].properties
    assert outputs["VersioningConfiguration"] == {"Status": "Enabled"}
    assert outputs["ObjectLockEnabled"] is True
    retention = outputs["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "GOVERNANCE", "Years": 10}


def test_bank_files_are_never_deleted(template: Template) -> None:
    (deny,) = (
        s for s in policy_of(template, template.resources["OutputsBucket"]) if s["Sid"] == "NothingIsDeleted"
    )
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert set(deny["Action"]) == {
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:BypassGovernanceRetention",
    }
    assert "Condition" not in deny


def test_bank_files_are_never_replaced(template: Template) -> None:
    (deny,) = (
        s for s in policy_of(template, template.resources["OutputsBucket"]) if s["Sid"] == "NothingIsReplaced"
    )
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:PutObject")
    assert deny["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


@pytest.mark.parametrize(("bucket", "days"), [("UploadsBucket", 7), ("WorkBucket", 400)])
def test_passing_files_expire(template: Template, bucket: str, days: int) -> None:
    (rule,) = template.resources[bucket].properties["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", days)


def test_no_bank_file_expires(template: Template) -> None:
    for rule in template.resources["OutputsBucket"].properties["LifecycleConfiguration"]["Rules"]:
        assert not [part for part in rule if "Expiration" in part]


def test_browsers_upload_from_the_site_only(template: Template) -> None:
    (rule,) = template.resources["UploadsBucket"].properties["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == [{"Ref": "SiteOrigin"}]
    assert rule["AllowedMethods"] == ["POST"]
    for bucket in ("OutputsBucket", "WorkBucket"):
        assert "CorsConfiguration" not in template.resources[bucket].properties
