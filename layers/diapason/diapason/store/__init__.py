"""Where records and files are kept: DynamoDB tables, S3 objects, SQS queues, and the keys to them."""
