"""Where ministack differs from what AWS documents, by the name of the case that shows it.

Each case runs against ministack too and must fail there: an entry that has become false fails the run.
"""

DIFFERENCES: dict[str, str] = {}
