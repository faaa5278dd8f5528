"""The product tried out from end to end, through HTTP alone, on a fresh embedded stack.

``python -m infra.local.sample --out DIR`` imports the demo school's files and a workbook with corrections,
hands an activity to accounting, runs the wizard for each kind of credited account, mends and detaches what
stands in the way, generates and downloads every file twice, deletes a pending batch, has a generated one
cancelled, and writes what came out:

    DIR/remittances/VERSION/FILE.xml
    DIR/accounting/FILE
    DIR/summary.json    every file with its batch, account, version, scheme, due date, count, sum in cents,
                        sequences, amendments, addresses and SHA-256; and what else was tried
"""
