"""Requests that announce a file."""

from __future__ import annotations

from diapason.domain.imports import ImportKind
from http_api.fields import FileName, Input


class ImportInput(Input):
    """Fichier à importer : ce que contiennent ses lignes, et son nom."""

    kind: ImportKind
    file_name: FileName
