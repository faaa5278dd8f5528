"""DynamoDB on SQLite, for one machine and for tests: the wire protocol, faithful where it matters.

Supported
    Tables       CreateTable, DescribeTable, ListTables, UpdateTable (deletion protection, billing mode,
                 throughput, class), DeleteTable, time to live and point-in-time recovery as settings.
    Items        PutItem, GetItem, UpdateItem, DeleteItem with conditions, update and projection
                 expressions, all variants of ReturnValues, ReturnValuesOnConditionCheckFailure.
    Many items   Query and Scan over tables, global and local indexes, in pages of 1 MB or Limit,
                 forwards and backwards, with filters, Select and parallel segments; BatchGetItem,
                 BatchWriteItem; TransactWriteItems with cancellation reasons and client tokens,
                 TransactGetItems.
    Limits       sizes, digits, nesting, counts and reserved words as AWS documents them.
    Durability   an acknowledged write survives the death of the process and of the machine.

Different from AWS, on purpose
    Tables and indexes are ready at once, and global indexes are always up to date. Scans return items in
    the order of their keys; AWS promises no order. Transactions wait for each other, so that none is
    cancelled for a conflict; nothing is throttled. Items past their time to live are never deleted.
    Batches leave writes unprocessed never, and reads only beyond 16 MB.

Not supported, and refused
    Streams, changing the indexes of a table that stands, the parameters that expressions replaced
    (Expected, AttributeUpdates, KeyConditions, ...), PartiQL, backups, global tables, tags, indexes with
    more than one attribute to a partition or sort key. Signatures are not verified.

Run it with `python -m infra.local.dynamodb --port PORT --data FILE`, or use `Endpoint` in process.
"""

from infra.local.dynamodb.endpoint import Answer, Endpoint

__all__ = ["Answer", "Endpoint"]
