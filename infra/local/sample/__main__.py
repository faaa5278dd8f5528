"""``python -m infra.local.sample --out DIR``: exit code 0 when everything went as it must."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from diapason.domain.clock import SystemClock, paris_date
from infra.local import demo, demo_data, demo_school
from infra.local.demo_data import FoundingFailed
from infra.local.demo_school.specials import KEPT_ACTIVITY
from infra.local.http_api import Refused
from infra.local.ministack.process import NotInstalledError
from infra.local.processes import NeverHappenedError
from infra.local.sample.accounting import export_and_download
from infra.local.sample.checks import Mismatch
from infra.local.sample.imports import hand_in_all, hand_in_corrections
from infra.local.sample.passes import Passes
from infra.local.stack import Stack

A_YEAR = timedelta(days=365)
SCHOOL = demo.SCHOOLS[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.sample")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; emptied first")
    out: Path = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="diapason-") as data:
            say("Démarrage d’une installation neuve")
            with Stack(Path(data)) as stack:
                summary = play(stack, out)
    except (Mismatch, Refused, FoundingFailed, NeverHappenedError, NotInstalledError) as failure:
        print(f"Échec : {failure}", file=sys.stderr)
        return 1
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    say(f"{len(summary['files'])} fichiers bancaires et summary.json sont dans {out}")
    return 0


def play(stack: Stack, out: Path) -> dict[str, Any]:
    """The whole story of a school's first remittances; returns the summary."""
    demo_data.found_schools(stack)
    operator, administrator, treasurer = (
        demo_data.api_of(stack, f"{name}@{SCHOOL.domain}")
        for name in ("operateur", "administrateur", "tresorier")
    )
    today = paris_date(SystemClock().now())
    say("Import des fichiers de l’école de démonstration")
    files = demo_school.files(today)
    hand_in_all(operator, say, files)
    corrections = hand_in_corrections(operator, say, files["clients.csv"])
    say("Export comptable d’une activité dont la comptabilité garde les prélèvements")
    accounting = export_and_download(
        operator, administrator, today - A_YEAR, today, KEPT_ACTIVITY, out / "accounting"
    )
    passes = Passes(operator, treasurer, administrator, say, out / "remittances", today)
    passes.play()
    met = passes.notes.anomalies
    say("Anomalies rencontrées : " + ", ".join(f"{code} ({count})" for code, count in sorted(met.items())))
    return {
        "files": [asdict(file) for file in passes.files],
        "deleted": passes.deleted,
        "cancelled": passes.cancelled,
        "partial_debit": passes.partial,
        "undone_detachments": passes.notes.undone,
        "confirmations": passes.notes.confirmations,
        "anomalies": dict(sorted(met.items())),
        "corrections": corrections,
        "accounting": accounting,
    }


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
