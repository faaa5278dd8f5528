"""Looking for instalments by what is known of them: what narrows a search, and what it lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.invoices import Instalment, InstalmentState, normalised_number
from diapason.domain.names import searchable


@dataclass(frozen=True, slots=True)
class InstalmentSearch:
    """Every criterion that is given must hold. Amounts are cents of what remains; dates are due dates, both
    included; texts are beginnings, of the invoice's number and of the customer's or pupil's name.

    ``state`` None stands for whatever a remittance can take.
    """

    invoice_number: str = ""
    customer_id: str = ""
    customer_reference: str = ""
    customer_name: str = ""
    due_from: date | None = None
    due_to: date | None = None
    min_cents: int | None = None
    max_cents: int | None = None
    activity: str = ""
    pupil: str = ""
    state: InstalmentState | None = None

    def check(self) -> None:
        """Raises InvalidInput for criteria that nothing can meet, or that no index answers."""
        errors = []
        if self.due_from and self.due_to and self.due_from > self.due_to:
            message = "La date de fin précède la date de début : inversez-les."
            errors.append(FieldError("due_to", "before-start", message))
        if self.min_cents is not None and self.max_cents is not None and self.min_cents > self.max_cents:
            message = "Le montant maximum est inférieur au minimum : inversez-les."
            errors.append(FieldError("max_cents", "below-minimum", message))
        customer = [self.customer_id, self.customer_reference, self.customer_name]
        if sum(map(bool, customer)) > 1:
            message = "Désignez le client d’une seule façon : par son nom, ou par sa référence."
            errors.append(FieldError("customer_name", "one-of", message))
        if self.state is not None and not self.invoice_number and not any(customer):
            message = (
                "Pour chercher des échéances dans un état précis, indiquez un début de numéro de facture ou "
                "un client."
            )
            errors.append(FieldError("state", "too-wide", message))
        if errors:
            raise InvalidInput(errors, "Cette recherche ne peut pas aboutir : corrigez les critères.")

    def keeps(self) -> Callable[[Instalment], bool]:
        """The test of an instalment. A reference was resolved to ``customer_id`` before."""
        number = normalised_number(self.invoice_number)
        name, pupil = searchable(self.customer_name), searchable(self.pupil)

        def keep(found: Instalment) -> bool:
            return (
                (found.is_open if self.state is None else found.state is self.state)
                and self.customer_id in {"", found.customer_id}
                and (self.due_from is None or self.due_from <= found.due_date)
                and (self.due_to is None or found.due_date <= self.due_to)
                and (self.min_cents is None or self.min_cents <= found.remaining_cents)
                and (self.max_cents is None or found.remaining_cents <= self.max_cents)
                and self.activity in {"", found.activity}
                and normalised_number(found.invoice_number).startswith(number)
                and (not pupil or searchable(found.pupil).startswith(pupil))
                and (not name or searchable(found.customer_name).startswith(name))
            )

        return keep
