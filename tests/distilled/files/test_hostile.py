"""Files that somebody damaged, or made to do damage: read, or refused in one line."""

import random

import pytest

from hadax.core.errors import UsageError

TRIES = 150


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    from benchmarks.damage import subjects

    return list(subjects(tmp_path_factory.mktemp("whole")))


def test_whole_files_are_read(kinds, tmp_path):
    for subject in kinds:
        path = tmp_path / "whole"
        path.write_bytes(subject.content)
        assert subject.read(path) is not None, subject.name


def test_damaged_files_are_read_or_refused_in_a_line(kinds, tmp_path):
    rng, path = random.Random(0), tmp_path / "damaged"
    said = []
    for subject in kinds:
        for _ in range(TRIES):
            path.write_bytes(subject.damage(rng, subject.content))
            try:
                subject.read(path)
            except UsageError as error:
                said.append(str(error))
    assert [line for line in said if not line.isprintable() or len(line) > 1000] == []
    assert len(said) > TRIES * len(kinds) / 2
