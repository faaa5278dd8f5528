"""Files that schools hand in, read into domain values: pure, and every bad row is told.

``tables`` makes rows of bytes (``csv_rows``; ``workbook`` with its container, sheets and cells), ``columns``
and ``cells`` say what may stand in them, ``customer_rows`` and ``invoice_rows`` put the rows together.
"""
