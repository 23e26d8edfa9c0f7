"""A table of pairs: what an export writes is read back, and what is none is told in a line."""

import numpy as np
import pytest

import hadax
from hadax import tasks
from hadax.core.errors import UsageError
from hadax.distilled.files.csv_pairs import read_csv, read_pairs
from hadax.distilled.files.observation_statistics import with_given_statistics


@pytest.mark.parametrize("normalizer", ["none", "running"])
def test_an_export_as_table_is_read_as_that_as_arrays(distilled_of, tmp_path, normalizer):
    inputs, targets = [[0.1, 1 / 3, -1e-20], [3e8, 0.0, 1.0]], np.float32([[0.5], [-1 / 3]])
    moments = {"count": np.float32(4), "mean": np.float32([1, 2, 3]), "squares": np.ones(3)}
    state = {f"task_state/{name}": np.float32(each) for name, each in moments.items()}
    state = state if normalizer == "running" else {}
    made = distilled_of(
        "gymnax/Pendulum-v1", inputs, targets, state=state, normalizer=normalizer, horizon=5
    )
    table, arrays = (read_pairs(made.export(tmp_path / f"a.{end}")) for end in ("CSV", "npz"))
    assert table.keys() == arrays.keys()
    assert ("obs_mean" in table) == (normalizer == "running")
    for name, array in arrays.items():
        np.testing.assert_array_equal(table[name], array)


def test_more_than_ten_columns_are_in_the_order_of_their_numbers(tmp_path):
    names = [f"input_{place}" for place in range(12)]
    rows = ["target,note," + ",".join(reversed(names)), "1,x,11,10,9,8,7,6,5,4,3,2,1,0"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    found = read_csv(tmp_path / "a.csv")
    np.testing.assert_array_equal(found["inputs"], [np.arange(12)])
    np.testing.assert_array_equal(found["targets"], [1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no columns input_0, input_1, ..."),
        ("a,b\n1,2", "has no columns input_0, input_1, ..."),
        ("input_0,input_2,target_0\n1,2,3", "has no columns input_0, input_1, ... without a gap"),
        ("input_0\n1", "has no columns target_0"),
        ("input_0,target_0\n1", "rows of other lengths"),
        ("input_0,target_0\n1,x", "row 2, column target_0: 'x' is no number"),
        ("input_0,target\n1,0\n2,\n", "row 3, column target: '' is no number"),
        ("input_0,target_0\n1,nan", "targets has values that are not finite"),
        ("input_0,target_0\n1e300,1", "inputs has values that are not finite"),
        ("input_0,target_0", "are no pairs"),
        ('input_0,target_0\n1,"2', "no table of pairs (unexpected end of data)"),
        ("input_0,target_0\n1,\udcff", "no table of pairs ("),
    ],
)
def test_what_is_no_table_of_pairs_is_refused_in_a_line(tmp_path, text, said):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError) as refused:
        read_csv(path)
    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "beside", ["[", "[]", "{}", '{"preprocessing": 3, "environment": 3}', "[" * 100_000]
)
def test_settings_beside_it_that_are_no_export_s_are_told_of(tmp_path, beside):
    (tmp_path / "a.csv").write_text("input_0,target_0\n1,2")
    (tmp_path / "a.json").write_text(beside)
    with pytest.raises(UsageError, match=r"a\.json: no settings of the table beside it; move it"):
        read_csv(tmp_path / "a.csv")
    (tmp_path / "a.json").unlink()
    assert read_csv(tmp_path / "a.csv").keys() == {"inputs", "targets"}


def test_a_table_that_there_is_not_is_no_such_file(tmp_path):
    with pytest.raises(UsageError, match=r"no\.csv: no such file"):
        read_csv(tmp_path / "no.csv")


def test_a_normaliser_takes_the_statistics_beside_an_export(distilled_of, tmp_path):
    moments = {"count": np.float32(4), "mean": np.float32([1, 2, 3]), "squares": np.ones(3)}
    state = {f"task_state/{name}": np.float32(each) for name, each in moments.items()}
    options = {"normalizer": "running", "horizon": 5}
    made = distilled_of("gymnax/Pendulum-v1", np.eye(3), np.ones((3, 1)), state=state, **options)
    task = tasks.make("gymnax/Pendulum-v1", normalizer="constant")
    table, arrays = (made.export(tmp_path / f"a.{end}") for end in ("csv", "npz"))
    for name in ("mean", "squares"):
        given, wanted = (
            getattr(with_given_statistics(task, str(each)).given, name) for each in (table, arrays)
        )
        np.testing.assert_array_equal(given, wanted)
    (tmp_path / "a.json").unlink()
    with pytest.raises(UsageError) as refused:
        with_given_statistics(task, str(table))
    assert str(refused.value) == (
        f"{table}: comes without statistics of observations; hadax-export writes them into a.json"
        " beside it; or name an .npz"
    )
    with pytest.raises(UsageError, match=r"none\.csv: no such file$"):
        with_given_statistics(task, str(tmp_path / "none.csv"))


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.npz"])
def test_pairs_in_place_of_an_artifact_are_referred_to_the_import(tmp_path, name):
    (tmp_path / name).write_text("input_0,target_0\n1,2")
    with pytest.raises(UsageError, match=r"; if it has pairs, hadax-import makes an artifact of"):
        hadax.load(tmp_path / name)
    with pytest.raises(UsageError, match=r"none\.csv: no such file$"):
        hadax.load(tmp_path / "none.csv")


def test_settings_of_other_pairs_are_not_taken_for_the_table_s(distilled_of, tmp_path):
    moments = {"count": np.float32(4), "mean": np.float32([1, 2, 3]), "squares": np.ones(3)}
    state = {f"task_state/{name}": np.float32(each) for name, each in moments.items()}
    options = {"normalizer": "running", "horizon": 5}
    made, other = (
        distilled_of("gymnax/Pendulum-v1", inputs, np.ones((3, 1)), state=state, **options)
        for inputs in (np.eye(3), np.ones((3, 3)))
    )
    table = made.export(tmp_path / "a.csv")
    other.export(tmp_path / "b.npz")
    (tmp_path / "b.json").replace(tmp_path / "a.json")
    with pytest.raises(UsageError) as refused:
        read_csv(table)
    assert str(refused.value) == (
        f"{table}: a.json beside it tells of other pairs; move a.json away if it is another"
        " dataset's, or take the checksum out of it if you changed the pairs"
    )
    text = (tmp_path / "a.json").read_text()
    lines = [line for line in text.splitlines() if '"checksum"' not in line]
    (tmp_path / "a.json").write_text("\n".join(lines))
    np.testing.assert_array_equal(read_csv(table)["obs_mean"], [1, 2, 3])
