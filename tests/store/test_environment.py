"""Settings: all of them, or no start."""

from __future__ import annotations

from dataclasses import fields

import pytest

from diapason.store.environment import Environment, MissingSetting

ALL = {field.name.upper(): f"value-of-{field.name}" for field in fields(Environment)}


def test_every_setting_is_read_from_the_variable_of_its_name() -> None:
    environment = Environment.read(ALL)

    for field in fields(Environment):
        assert getattr(environment, field.name) == f"value-of-{field.name}"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lacking", ["absent", "empty"])
def test_a_missing_setting_stops_the_start_and_is_named(name: str, lacking: str) -> None:
    variables = {**ALL, name: ""} if lacking == "empty" else {key: ALL[key] for key in ALL if key != name}

    with pytest.raises(MissingSetting) as missing:
        Environment.read(variables)

    assert str(missing.value) == f"environment variables are not set: {name}"


def test_all_missing_settings_are_named_at_once() -> None:
    with pytest.raises(MissingSetting) as missing:
        Environment.read({})

    assert all(name in str(missing.value) for name in ALL)


def test_the_process_environment_is_read_where_no_variables_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)

    assert Environment.read() == Environment.read(ALL)
