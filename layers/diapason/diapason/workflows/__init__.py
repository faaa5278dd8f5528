"""The use cases, phase by phase: the only place that orders effects.

A workflow is a list of phases over a record that stores its recovery point. Each phase may be run again,
at once, in parallel or a year later, and ends in the same state; the last thing a phase does is to move
the recovery point, under a condition. Work that stopped between two phases is driven on by the next
delivery of its message, or by the sweeper.
"""
