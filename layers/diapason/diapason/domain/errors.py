"""What can go wrong with a request, as types; the API maps each to one problem document.

Every message is French, is shown to the user as it stands, and says how to mend the matter.
"""

from __future__ import annotations

from dataclasses import dataclass


class DiapasonError(Exception):
    """A request that cannot be fulfilled, for a reason that its author can understand."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: ``path`` as in ``accounts.0.iban``, a stable code, French words."""

    path: str
    code: str
    message: str


class InvalidInput(DiapasonError):
    """One or several fields do not hold; nothing was written."""

    code = "invalid-input"

    def __init__(
        self, errors: list[FieldError], message: str = "Certaines informations sont à corriger."
    ) -> None:
        super().__init__(message)
        self.errors = errors


class NotFound(DiapasonError):
    """No such thing in this school: unknown and foreign ids answer alike."""

    code = "not-found"

    def __init__(self, message: str = "Cet élément n’existe pas ou n’existe plus.") -> None:
        super().__init__(message)


class VersionConflict(DiapasonError):
    """Someone changed the thing since it was read; nothing was written."""

    code = "version-conflict"

    def __init__(
        self,
        message: str = (
            "Cet élément a été modifié entre-temps par quelqu’un d’autre. "
            "Rechargez-le, puis refaites votre modification."
        ),
    ) -> None:
        super().__init__(message)


class AlreadyExists(DiapasonError):
    """The identity is taken by another record."""

    code = "already-exists"


class StateRefused(DiapasonError):
    """The state of the thing does not allow the event."""

    code = "state-refused"


class NotAllowed(DiapasonError):
    """The member's role does not allow the action."""

    code = "not-allowed"

    def __init__(
        self,
        message: str = (
            "Votre rôle ne permet pas cette action. Demandez-la à l’administrateur de l’établissement."
        ),
    ) -> None:
        super().__init__(message)


class DigestMismatch(DiapasonError):
    """The stored bytes are not those that were registered: the file must not leave the house."""

    code = "digest-mismatch"

    def __init__(
        self,
        message: str = (
            "Le fichier conservé ne correspond plus à son empreinte : le téléchargement est refusé. "
            "Ne transmettez rien à la banque et prévenez l’assistance."
        ),
    ) -> None:
        super().__init__(message)
