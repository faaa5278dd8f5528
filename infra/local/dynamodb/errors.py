"""The errors of the service, as an SDK receives them.

Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB"; API Reference, "Common Errors".
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """An answer other than success.

    `code` is what SDKs match on; `members` are the further fields of the answer's JSON document.
    """

    namespace: ClassVar[str] = "com.amazonaws.dynamodb.v20120810"
    code: ClassVar[str]

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    def document(self) -> dict[str, Any]:
        """Return the JSON document that stands in the answer's body."""
        return {"__type": f"{self.namespace}#{self.code}", "message": self.message, **self.members}


class ValidationError(ServiceError):
    """The request does not satisfy the constraints of the service."""

    namespace = "com.amazon.coral.validate"
    code = "ValidationException"


class KeyMismatchError(ValidationError):
    """A key lacks an attribute, has one too many, or one of another type than declared."""


class IndexKeyMismatchError(KeyMismatchError):
    """An item has a key attribute of an index with another type than declared."""


class SerializationError(ServiceError):
    """The body is not the JSON document that the operation takes."""

    namespace = "com.amazon.coral.service"
    code = "SerializationException"


class UnknownOperationError(ServiceError):
    """The `X-Amz-Target` header names an operation that this endpoint does not offer."""

    namespace = "com.amazon.coral.service"
    code = "UnknownOperationException"


class ConditionalCheckFailedError(ServiceError):
    """A condition of the request evaluated to false."""

    code = "ConditionalCheckFailedException"


class TransactionCanceledError(ServiceError):
    """No action of the transaction took effect; the member CancellationReasons says why, per action."""

    code = "TransactionCanceledException"


class IdempotentParameterMismatchError(ServiceError):
    """A client request token came back with other parameters."""

    code = "IdempotentParameterMismatchException"


class ResourceNotFoundError(ServiceError):
    """The request names a table that does not exist."""

    code = "ResourceNotFoundException"


class ResourceInUseError(ServiceError):
    """The request would create a table that exists."""

    code = "ResourceInUseException"


class TableNotFoundError(ServiceError):
    """The request concerns the backups of a table that does not exist."""

    code = "TableNotFoundException"
