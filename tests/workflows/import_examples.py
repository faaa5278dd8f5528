"""Small files to import, and handing them in as the page does."""

from __future__ import annotations

from diapason.domain.imports import Import, ImportChoice, ImportKind, ImportState
from diapason.domain.members import Member, Role
from diapason.store.house import SchoolStore
from diapason.workflows.import_records import import_records
from diapason.workflows.import_requests import begin_import, confirm_import
from tests.world import FAMILY_IBANS

CUSTOMERS = (
    "Référence;Type;Nom;Mode de paiement;Titulaire;IBAN;RUM;Date de signature\n"
    f"C1;particulier;Famille Lefèvre;prélèvement;Anne Lefèvre;{FAMILY_IBANS[0]};RUM-1;01/09/2026\n"
    f"C1;particulier;Famille Lefèvre;prélèvement;Luc Lefèvre;{FAMILY_IBANS[1]};RUM-2;02/09/2026\n"
    f"C2;association;Chœur & Cie;prélèvement;Chœur;{FAMILY_IBANS[2]};RUM-3;\n"
    "C3;entreprise;Sàrl Orgue;chèque;;;;\n"
)
INVOICES = (
    "Numéro;Type;Référence client;Date de facture;Libellé;Activité;État d’envoi;Échéance;Montant\n"
    "F1;facture;C1;01/11/2026;Piano;PIANO;envoyée;05/12/2026;100,00\n"
    "F1;facture;C1;01/11/2026;Piano;PIANO;envoyée;05/01/2027;50,50\n"
    "F2;facture;c2;02/11/2026;Danse;DANSE;en attente;05/12/2026;1 234,56\n"
    "A1;avoir;C1;03/11/2026;Avoir;PIANO;envoyée;05/12/2026;-10,00\n"
)


def many_customers(count: int) -> str:
    """So many families, each with a mandate: two chunks from 50 on, two parts from 1 000 on."""
    rows = "".join(
        f"M{rank:05d};Famille {rank};prélèvement;Anne {rank};{FAMILY_IBANS[0]};RUM-{rank:05d};01/09/2026\n"
        for rank in range(count)
    )
    return "Référence;Nom;Mode de paiement;Titulaire;IBAN;RUM;Date de signature\n" + rows


MEMBER = Member("operateur", "ecole-demo", "Odile Pérateur", Role.OPERATOR)


def handed_in(store: SchoolStore, kind: ImportKind, text: str) -> str:
    """Begins an import and uploads its file; returns the import's id."""
    record, form = begin_import(store, MEMBER, kind, "fichier.csv")
    assert form.fields["key"] == store.keys.upload(record.id)
    store.uploads.put(store.keys.upload(record.id), text.encode(), "text/csv")
    return record.id


def previewed(store: SchoolStore, kind: ImportKind, text: str) -> Import:
    """A file handed in and read."""
    return import_records(store, handed_in(store, kind, text))


def confirmed(
    store: SchoolStore, kind: ImportKind, text: str, choice: ImportChoice = ImportChoice.WHOLE
) -> str:
    """A file read and confirmed, which a worker has yet to take; the import's id."""
    return confirm_import(store, MEMBER, previewed(store, kind, text).id, choice).id


def imported(
    store: SchoolStore, kind: ImportKind, text: str, choice: ImportChoice = ImportChoice.WHOLE
) -> Import:
    """A file handed in and, where something can be taken of it so, taken."""
    shown = previewed(store, kind, text)
    if shown.state is ImportState.TO_CONFIRM and choice in shown.choices(store.clock.now()):
        confirm_import(store, MEMBER, shown.id, choice)
    return import_records(store, shown.id)


def contents(store: SchoolStore, table: str) -> list[object]:
    """Every item of a table, in a fixed order."""
    items = store.house.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(items, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))


def records(store: SchoolStore) -> list[object]:
    """What an import has brought: customers, mandate references, activities, invoices and instalments."""
    environment = store.house.environment
    registry = [item for item in contents(store, environment.registry_table) if not _is_import(item)]
    return registry + contents(store, environment.billing_table)


def _is_import(item: object) -> bool:
    assert isinstance(item, dict)
    return str(item["PK"]["S"]).endswith("#IMPORTS")
