"""Lambda functions in worker processes of their own, under AWS's runtime client."""
