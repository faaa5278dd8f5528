"""Where the embedded cloud is reached: the standard AWS settings, and boto3 clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from infra.local.intrinsics import REGION
from infra.local.processes import LOOPBACK

# ministack takes any signed call whose key is not a twelve-digit number as its default account.
CREDENTIALS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
LONG_POLL_SECONDS = 20
# Every thread that polls a queue keeps one connection busy.
MAX_CONNECTIONS = 50


@dataclass(frozen=True)
class Cloud:
    """The loopback ports of ministack (S3, SQS, Cognito) and of the DynamoDB endpoint."""

    ministack_port: int
    dynamodb_port: int

    @property
    def ministack_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ministack_port}"

    @property
    def dynamodb_url(self) -> str:
        return f"http://{LOOPBACK}:{self.dynamodb_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The AWS settings a function is given: nothing here is read by our own code, only by the AWS SDK."""
        return {
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.ministack_url,
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str) -> Any:
        """A boto3 client ("s3", "sqs", "dynamodb", "cognito-idp"); threads may share it."""
        return _client(service, self.dynamodb_url if service == "dynamodb" else self.ministack_url)


@cache
def _client(service: str, url: str) -> Any:
    """Made once: reading the description of a service takes boto3 longer than most calls."""
    return _session().client(  # type: ignore[call-overload]
        service,
        endpoint_url=url,
        config=Config(
            read_timeout=LONG_POLL_SECONDS + 10,
            retries={"total_max_attempts": 3},
            max_pool_connections=MAX_CONNECTIONS,
        ),
    )


@cache
def _session() -> boto3.session.Session:
    return boto3.session.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
