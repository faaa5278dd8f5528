"""ministack: S3, SQS and Cognito of the embedded stack, a subprocess in a virtual environment of its own."""
