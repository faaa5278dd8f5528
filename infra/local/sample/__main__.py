"""``python -m infra.local.sample --out DIR``: exit code 0 when everything went as it must."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from diapason.domain.clock import SystemClock, paris_date
from diapason.domain.money import french_euros
from infra.local import demo, demo_data, demo_school
from infra.local.demo_data import FoundingFailed
from infra.local.http_api import Api, Refused
from infra.local.ministack.process import NotInstalledError
from infra.local.processes import NeverHappenedError
from infra.local.sample.imports import hand_in_all
from infra.local.sample.remittances import Mismatch, SampleFile, delete_pending, generate_and_download
from infra.local.sample.wizard import Wizard
from infra.local.stack import Stack

SCHOOL = demo.SCHOOLS[0]
OPERATOR = f"operateur@{SCHOOL.domain}"
A_PART_CENTS = 1_000

PERIODS = (
    ("principal", timedelta(days=0), timedelta(days=70)),
    ("activites", timedelta(days=71), timedelta(days=125)),
    ("ancien", timedelta(days=126), timedelta(days=190)),
)
"""Which credited account (one for each version of the bank file) collects what falls due when."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.sample")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; emptied first")
    out: Path = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="diapason-") as data:
            say("Démarrage d’une installation neuve")
            with Stack(Path(data)) as stack:
                files = play(stack, out / "remittances")
    except (Mismatch, Refused, FoundingFailed, NeverHappenedError, NotInstalledError) as failure:
        print(f"Échec : {failure}", file=sys.stderr)
        return 1
    summary = {"files": [asdict(file) for file in files]}
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    say(f"{len(files)} fichiers bancaires et summary.json sont dans {out}")
    return 0


def play(stack: Stack, folder: Path) -> list[SampleFile]:
    """The whole story of a school's first remittances."""
    demo_data.found_schools(stack)
    api = Api(stack.url, lambda: stack.token(OPERATOR))
    today = paris_date(SystemClock().now())
    say("Import des fichiers de l’école de démonstration")
    hand_in_all(api, say, demo_school.files(today))
    files: list[SampleFile] = []
    met: Counter[str] = Counter()
    for account, start, end in PERIODS:
        files += remit(api, folder, account, (today + start, today + end), met)
    say("Anomalies rencontrées : " + ", ".join(f"{code} ({count})" for code, count in sorted(met.items())))
    return files


def remit(
    api: Api, folder: Path, account: str, period: tuple[date, date], met: Counter[str]
) -> list[SampleFile]:
    """One pass of the wizard, its batches, one of them deleted, and the files of the others."""
    label = api.get(f"/bank-accounts/{account}")["version"]
    say(f"Remises vers le compte « {account} » (pain.008.001.{label})")
    wizard = Wizard(api, say, account, f"Échéances du {period[0]:%d/%m/%Y} au {period[1]:%d/%m/%Y}")
    wizard.select(*period)
    wizard.attach_other_payers(*period)
    met.update(wizard.mend())
    wizard.debit_a_part(A_PART_CENTS)
    batches = wizard.validate()
    if len(batches) > 1:
        freed = delete_pending(api, say, batches.pop())
        require_selectable(api, freed)
    files = [generate_and_download(api, say, batch, folder) for batch in batches]
    total = sum(file.total_cents for file in files)
    say(f"  {len(files)} fichiers, {sum(file.count for file in files)} prélèvements, {french_euros(total)}")
    return files


def require_selectable(api: Api, lines: list[dict[str, Any]]) -> None:
    """The instalments of a deleted batch can be selected again."""
    for line in lines:
        due = line["due_date"]
        found = api.get("/instalments", due_from=due, due_to=due, invoice_number=line["invoice_number"])
        if line["instalment_id"] not in {one["id"] for one in found["instalments"]}:
            raise Mismatch(f"l’échéance de {line['invoice_number']} n’est pas redevenue libre")


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
