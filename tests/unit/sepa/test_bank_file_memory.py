"""A hundred thousand debits in a process of its own, whose memory is looked at when it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
MOST_MEBIBYTES_MORE = 8

MEASURED = """
import resource, sys
from diapason.sepa.profiles import PROFILES
from diapason.sepa.message import Totals
from diapason.sepa.reread import reread_bank_file
from diapason.sepa.validation import write_validated_bank_file
from tests.unit.sepa.bank_file_examples import debit, header, payment

def write(count, path):
    debits = (debit(end_to_end_id=f"E{rank}") for rank in range(count))
    groups = [(payment([], totals=Totals(count, count * 12_345)), debits)]
    with open(path, "wb") as file:
        return write_validated_bank_file(PROFILES["08"], header(groups), groups, file.write)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def both(count):
    written = write(count, sys.argv[1])
    with open(sys.argv[1], "rb") as file:
        assert reread_bank_file(file, lambda debit: None).totals == written.totals
    return written.totals.count

both(1_000)
before = peak()
assert both(100_000) == 100_000
print((peak() - before) // 1024)
"""


@pytest.mark.slow
def test_a_hundred_times_as_many_debits_take_no_more_memory(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path / "file.xml")],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": f"{REPOSITORY / 'layers' / 'diapason'}:{REPOSITORY}"},
    )
    assert int(run.stdout) <= MOST_MEBIBYTES_MORE
