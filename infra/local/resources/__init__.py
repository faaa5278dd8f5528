"""Making what the template declares: tables, queues, buckets, the user pool. Every step may be repeated."""
