"""The product tried out from end to end, through HTTP alone, on a fresh embedded stack.

``python -m infra.local.sample --out DIR`` imports the demo school's files, runs the wizard for each version
of the bank file, mends and detaches what stands in the way, registers batches on several dates, generates
and downloads every file twice, deletes a pending batch, and writes what came out:

    DIR/remittances/VERSION/NUMBER.xml
    DIR/summary.json    per file: batch number, version, due date, count, sum in cents, SHA-256
"""
