"""Physical names of declared resources, the same at every start, known before anything is made."""

from infra.local.intrinsics import ACCOUNT, PSEUDO_PARAMETERS, REGION, Names
from infra.local.template import Resource, Template

STACK_NAME = PSEUDO_PARAMETERS["AWS::StackName"]


def physical_name(resource: Resource) -> str:
    return f"{STACK_NAME}-{resource.logical_id}"


def bucket_name(resource: Resource) -> str:
    """Bucket names hold no capitals, and a folder of the same name holds the bucket's files."""
    return physical_name(resource).lower()


def names_of(template: Template, parameters: dict[str, str]) -> Names:
    """Parameters, and every name and ARN that does not depend on what the embedded cloud answers.

    Queue URLs, the user pool and its client are added by the modules that make them.
    """
    names = Names(conditions=template.conditions)
    for parameter, declared in template.parameters.items():
        value = parameters.get(parameter, declared.get("Default"))
        if value is not None:
            names.add(parameter, str(value))
    for resource in template.resources.values():
        name = physical_name(resource)
        match resource.type:
            case "AWS::DynamoDB::Table":
                names.add(resource.logical_id, name, Arn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}")
            case "AWS::S3::Bucket":
                bucket = bucket_name(resource)
                names.add(resource.logical_id, bucket, Arn=f"arn:aws:s3:::{bucket}")
            case "AWS::SQS::Queue":
                names.attributes[resource.logical_id, "Arn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
                names.attributes[resource.logical_id, "QueueName"] = name
            case "AWS::Serverless::Function":
                names.add(resource.logical_id, name, Arn=function_arn(name))
            case "AWS::Serverless::LayerVersion":
                names.add(resource.logical_id, resource.logical_id)
            case "AWS::Serverless::HttpApi":
                names.add(resource.logical_id, name)
    return names


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
