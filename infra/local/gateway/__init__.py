"""API Gateway's HTTP API, as declared in the template, in front of the local functions."""
