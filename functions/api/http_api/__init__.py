"""The HTTP API: parse, call a workflow or a repository, show. Rules and effects live in the layer.

A request passes, in this order: who is asking and whether the decision table grants the route's action;
the shape and size of its body; validation; the route; validation of the answer. Whatever goes wrong on the
way becomes one RFC 9457 problem document.
"""
