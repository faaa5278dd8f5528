"""S3 buckets: versioning, object lock, CORS, expiry and notifications as declared.

Bucket policies, encryption and public-access blocks are not applied: the embedded S3 evaluates no policies.
They are held by the tests over the template.
"""

from collections.abc import Mapping
from typing import Any

from infra.local.intrinsics import REGION, Names
from infra.local.template import Template

Declared = Mapping[str, Any]


def create_buckets(template: Template, names: Names, s3: Any) -> None:
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in template.of_type("AWS::S3::Bucket"):
        name = names.refs[bucket.logical_id]
        declared = names.resolve(bucket.properties)
        if name not in existing:
            s3.create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": REGION},
                ObjectLockEnabledForBucket=declared.get("ObjectLockEnabled", False),
            )
        _configure(name, declared, s3)


def _configure(name: str, declared: Declared, s3: Any) -> None:
    """Said again at every start: the settings may have changed in the template."""
    if "VersioningConfiguration" in declared:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=declared["VersioningConfiguration"])
    if "ObjectLockConfiguration" in declared:
        s3.put_object_lock_configuration(
            Bucket=name, ObjectLockConfiguration=declared["ObjectLockConfiguration"]
        )
    if "CorsConfiguration" in declared:
        s3.put_bucket_cors(Bucket=name, CORSConfiguration=cors_rules(declared["CorsConfiguration"]))
    if "LifecycleConfiguration" in declared:
        rules = [lifecycle_rule(rule) for rule in declared["LifecycleConfiguration"]["Rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    if "NotificationConfiguration" in declared:
        _notify(name, notifications(declared["NotificationConfiguration"]), s3)


def _notify(name: str, wanted: dict[str, Any], s3: Any) -> None:
    """Not said again without need: S3 sends a test event to the queue each time."""
    present = s3.get_bucket_notification_configuration(Bucket=name)
    if _destinations(present) != _destinations(wanted):
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=wanted)


def _destinations(configuration: Declared) -> set[tuple[str, tuple[str, ...]]]:
    return {
        (destination["QueueArn"], tuple(destination["Events"]))
        for destination in configuration.get("QueueConfigurations", [])
    }


def cors_rules(declared: Declared) -> dict[str, Any]:
    """The same rules in the words of the API."""
    renamed = {"MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders", "Id": "ID"}
    return {
        "CORSRules": [
            {renamed.get(part, part): value for part, value in rule.items()} for rule in declared["CorsRules"]
        ]
    }


def lifecycle_rule(declared: Declared) -> dict[str, Any]:
    """A CloudFormation expiry rule as the API takes it."""
    rule: dict[str, Any] = {
        "ID": declared["Id"],
        "Status": declared["Status"],
        "Filter": {"Prefix": declared.get("Prefix", "")},
    }
    if "ExpirationInDays" in declared:
        rule["Expiration"] = {"Days": int(declared["ExpirationInDays"])}
    if "AbortIncompleteMultipartUpload" in declared:
        rule["AbortIncompleteMultipartUpload"] = declared["AbortIncompleteMultipartUpload"]
    return rule


def notifications(declared: Declared) -> dict[str, Any]:
    return {
        "QueueConfigurations": [
            {"QueueArn": configuration["Queue"], "Events": [configuration["Event"]]}
            for configuration in declared.get("QueueConfigurations", [])
        ]
    }
