"""Requests that announce a file, and that confirm one."""

from __future__ import annotations

from diapason.domain.imports import ImportChoice, ImportKind
from http_api.fields import FileName, Input


class ImportInput(Input):
    """Fichier à importer : ce que contiennent ses lignes, et son nom."""

    kind: ImportKind
    file_name: FileName


class ImportConfirmation(Input):
    """Ce qui est à prendre du fichier : tout, ou les seuls enregistrements sans erreur."""

    choice: ImportChoice
