"""A data folder is used by one stack, of the version that filled it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.data_folder import DataFolder, OtherFormatError


def test_a_new_folder_is_taken_and_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        folder = DataFolder(tmp_path)
        folder.acquire()
        folder.dynamodb_file.touch()
        folder.release()


def test_a_folder_that_an_earlier_version_filled_is_left_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.dynamodb_file.touch()

    with pytest.raises(OtherFormatError):
        folder.acquire()

    folder.release()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dynamodb.sqlite", "lock"]
