"""The Cognito user pool and its app client, found again by name so that accounts keep their `sub`."""

from typing import Any

from infra.local.intrinsics import ACCOUNT, REGION, Names
from infra.local.resources.naming import physical_name
from infra.local.template import Template

# Given apart, or (second factors) set by a call of their own, for which nobody here has a use.
APART = ("UserPoolName", "ClientName", "UserPoolId", "EnabledMfas")


def create_user_pools(template: Template, names: Names, cognito: Any) -> None:
    for pool in template.of_type("AWS::Cognito::UserPool"):
        name = physical_name(pool)
        pool_id = _pool_id(name, cognito)
        if pool_id is None:
            declared = _settings(names.resolve(pool.properties))
            pool_id = cognito.create_user_pool(PoolName=name, **declared)["UserPool"]["Id"]
        host = f"cognito-idp.{REGION}.amazonaws.com/{pool_id}"
        names.add(
            pool.logical_id,
            pool_id,
            Arn=f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool_id}",
            ProviderName=host,
            ProviderURL=f"https://{host}",
        )
    for client in template.of_type("AWS::Cognito::UserPoolClient"):
        name = physical_name(client)
        pool_id = names.resolve(client.properties["UserPoolId"])
        client_id = _client_id(name, pool_id, cognito)
        if client_id is None:
            declared = _settings(names.resolve(client.properties))
            created = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName=name, **declared)
            client_id = created["UserPoolClient"]["ClientId"]
        names.add(client.logical_id, client_id)


def _settings(declared: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in declared.items() if name not in APART}


def _pool_id(name: str, cognito: Any) -> str | None:
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    return next((pool["Id"] for pool in pools if pool["Name"] == name), None)


def _client_id(name: str, pool_id: str, cognito: Any) -> str | None:
    clients = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    return next((client["ClientId"] for client in clients if client["ClientName"] == name), None)
