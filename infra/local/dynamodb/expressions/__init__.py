"""The expression language: conditions, filters, key conditions, updates and projections.

`syntax` reads text into the nodes of `nodes`; `conditions`, `updates` and `projections` turn nodes into
functions, once per text; `key_conditions` reads a range of keys out of a condition; `request` is what the
operations use.

Source: Amazon DynamoDB Developer Guide, "Using expressions in DynamoDB".
"""
