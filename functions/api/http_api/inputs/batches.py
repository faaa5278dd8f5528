"""Requests about registered batches."""

from __future__ import annotations

from http_api.fields import Input, Version


class GenerateInput(Input):
    """La version de la remise dont le fichier est demandé."""

    version: Version
