"""Commands before they compute: help, versions, listings, and refusals, all without JAX."""

import json
import subprocess
import sys

import pytest

import hadax
from hadax.launch.commandline import umbrella
from hadax.launch.commandline.command import execute
from hadax.launch.commandline.umbrella import VERBS

LIGHT = """
import contextlib, io, json, sys
from hadax.launch.commandline.command import execute
from hadax.launch.commandline.umbrella import command_of
told = []
for verb, arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = execute(command_of(verb), arguments)
    heavy = {"jax", "flax", "optax", "evosax", "gymnax", "brax", "numpy", "matplotlib"}
    told.append([status, out.getvalue(), err.getvalue(), sorted(heavy & set(sys.modules))])
print(json.dumps(told))
"""

REFUSED = {
    "--width=-3": "--width=-3: must be in [1, 65536]",
    "--chunk=-1": "--chunk=-1: must be at least 0",
    "--strategy=CMAES": "--strategy=CMAES: must be one of Open_ES",
    "--task=brax/hopper --backend=sprong": "--backend=sprong: brax/hopper has positional,",
    "--task=gymnax/CartPole-v1 --backend=spring": "gymnax/CartPole-v1 has no backends",
    "--task=gymnax/CartPol-v1": "no such task; did you mean gymnax/CartPole-v1",
    "--task=zzzzzz": "--task=zzzzzz: no such task; hadax-distill --list_tasks lists all",
    "--learner=nosuch": "--learner=nosuch: no such learner; known here are gradient",
    "--inner_optimizer=adm": "--inner_optimizer=adm: must be one of adabelief",
    "--normalizer=mean": "--normalizer=mean: must be one of none, running, constant, per_policy",
    "--task_option=horizon=never": "--task_option=horizon=never: must be a whole number or none",
    "--task_option=noise": "--task_option=noise: must be name=value",
    "--population=7": "--population=7: must be even",
    "--curriculum=500": "--curriculum=500: must be over by generation",
    "--preset=gpu": "--preset=gpu: gymnax/CartPole-v1 has auto, none, cpu",
    "--workdir": "workdir",
    "--popultion=4": "popultion",
    "stray": "stray: not a flag",
}


ZOO = {
    (): "--action=: must be one of list, show, verify",
    ("shw",): "--action=shw: must be one of list",
    ("show",): "--names=: name one entry",
    ("list", "a"): "zoo:a: no such entry; hadax-zoo list lists all",
    ("show", "gymnax/CartPole-v2"): "no such entry; did you mean gymnax/CartPole-v1",
    ("verify", "gymnax/CartPol"): "no such entry; did you mean gymnax/CartPole-v1",
    ("verify", "--networks=1"): "--networks=1: must be in [2,",
    ("list",): "",
}


SWEPT = {
    ("sweep", "--std=0.1,-1"): "--std=-1.0: must be above 0",
    ("sweep", "--seed=0,x"): "--seed=x: must be a whole number",
    ("sweep", "neuroevolve", "--dataset_size=1,2"): "--dataset_size: this search has no such flag",
    ("sweep", "evolve"): "--verb=evolve: must be one of distill, neuroevolve",
    ("sweep", "--each=none.json"): "none.json: No such file",
    ("sweep", "--slots=0"): "--slots=0: must be in [1,",
    ("sweep", "--cluster=pbs"): "--cluster=pbs: must be one of slurm, local",
    ("tune",): "--space=: say what is to be chosen",
    ("tune", "--space=std=0:1:log"): "--space=std=0.0:1.0:log: must be above 0",
    (
        "tune",
        "--space=stdd=0.1:0.5",
    ): "--space=stdd: this search has no such flag; did you mean std",
    ("tune", "--space=std=0.1:x"): "--space=std=0.1:x: --std=x: must be a number",
    ("tune", "--space=std=0.1:0.2", "--std=0.3"): "--space=std: is given for all trials",
    ("tune", "--space=std=0.1:0.2", "--seed=0,1"): "--seed=0,1: one value here",
    ("tune", "--space=std=0.1:0.2", "--pruner=all"): "--pruner=all: must be one of median",
    ("distill", "--log=csv,wandbb"): "--log=wandbb: must be one of csv, tensorboard, wandb",
}


@pytest.fixture(scope="module")
def light():
    """What commands tell in one process, and what heavy packages they have imported by then."""
    asked = [
        *([verb, ["--help"]] for verb in VERBS),
        ["distill", ["--version"]],
        ["distill", ["--list_tasks"]],
        ["distill", ["--show_config", "--std=0.5"]],
        ["neuroevolve", ["--show_config", "--task=gymnax/Pendulum-v1", "--horizon=7"]],
        *(["distill", flags.split()] for flags in REFUSED),
        ["evaluate", ["--networks=0", "--dataset=zoo:gymnax/CartPole-v1"]],
        ["import", []],
        *(["zoo", arguments] for arguments in ZOO),
        *([verb, arguments] for verb, *arguments in SWEPT),
    ]
    code = [sys.executable, "-c", LIGHT, json.dumps(asked)]
    done = subprocess.run(code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return {(verb, *flags): each for (verb, flags), each in zip(asked, told, strict=True)}


def test_none_of_it_imports_anything_heavy(light):
    assert {key: heavy for key, (*_, heavy) in light.items() if heavy} == {}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_helps(light, verb):
    status, out, err, _ = light[verb, "--help"]
    assert (status, err) == (0, "")
    assert f"usage: hadax-{verb}" in out
    assert max(map(len, out.splitlines())) <= 300


@pytest.mark.parametrize("flags", REFUSED)
def test_what_flags_alone_tell_is_refused_in_one_line(light, flags):
    status, out, err, _ = light["distill", *flags.split()]
    assert status == 2
    assert out == ""
    assert err.startswith("hadax-distill: ")
    assert REFUSED[flags] in err
    assert err.count("\n") == 1


def test_near_backends_are_named(light):
    assert "did you mean spring?" in light["distill", "--task=brax/hopper", "--backend=sprong"][2]


def test_other_verbs_refuse_early_too(light):
    assert light["evaluate", "--networks=0", "--dataset=zoo:gymnax/CartPole-v1"][2].startswith(
        "hadax-evaluate: --netw"
    )
    assert light["import",][0] == 2


@pytest.mark.parametrize("line", SWEPT)
def test_many_runs_are_refused_before_any_begins(light, line):
    status, out, err, _ = light[line]
    assert (status, out) == (2, "")
    assert err.startswith(f"hadax-{line[0]}: {SWEPT[line]}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", ZOO)
def test_the_zoo_answers_without_jax(light, arguments):
    status, out, err, _ = light["zoo", *arguments]
    assert ZOO[arguments] in err
    assert (status, err.count("\n")) == ((2, 1) if ZOO[arguments] else (0, 0))
    assert bool(out) != bool(err)


def test_version_and_tasks(light):
    assert light["distill", "--version"][1] == f"hadax {hadax.__version__}\n"
    listed = light["distill", "--list_tasks"][1].split()
    assert listed == sorted(listed)
    assert {"gymnax/CartPole-v1", "brax/hopper", "supervised/mnist"} <= set(listed)


def rows(text):
    first, *lines = text.splitlines()
    return first, {line.split()[0]: line.split(maxsplit=2)[1:] for line in lines}


def test_a_shown_config_says_what_would_run_and_where_it_comes_from(light):
    first, shown = rows(light["distill", "--show_config", "--std=0.5"][1])
    assert first == "preset cpu of gymnax/CartPole-v1"
    assert shown["std"] == ["0.5", "given"]
    assert shown["inner_steps"] == ["128", "preset cpu"]
    assert shown["population"] == ["64", "default"]
    assert shown["filters"] == ["16", "default"]
    assert shown["vary"] == ["true", "preset cpu"]
    arguments = ("--show_config", "--task=gymnax/Pendulum-v1", "--horizon=7")
    _, shown = rows(light["neuroevolve", *arguments][1])
    assert shown["horizon"] == ["7", "given"]
    assert shown["task"] == ["gymnax/Pendulum-v1", "given"]


def hadax_says(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["hadax", *arguments])
    with pytest.raises(SystemExit) as ended:
        umbrella.script()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_the_umbrella_lists_its_verbs(monkeypatch, capsys, arguments):
    status, out, err = hadax_says(monkeypatch, capsys, *arguments)
    assert (status, err) == (0, "")
    for verb, (_, what) in VERBS.items():
        assert f"{verb:<12} {what}" in out


def test_the_umbrella_has_a_version(monkeypatch, capsys):
    expected = (0, f"hadax {hadax.__version__}\n", "")
    assert hadax_says(monkeypatch, capsys, "--version") == expected
    assert hadax_says(monkeypatch, capsys, "version") == expected


def test_the_umbrella_hands_the_rest_to_the_verb(monkeypatch, capsys):
    monkeypatch.setattr(umbrella, "run_as_script", lambda command: sys.exit(run(command)))

    def run(command):
        return execute(command, sys.argv[1:])

    status, out, _ = hadax_says(monkeypatch, capsys, "distill", "--help")
    assert (status, "usage: hadax-distill" in out) == (0, True)
    status, _, err = hadax_says(monkeypatch, capsys, "neuroevolve", "--width=0")
    assert (status, err[:32]) == (2, "hadax-neuroevolve: --width=0: mu")


def test_an_unknown_verb_is_refused_in_one_line(monkeypatch, capsys):
    status, out, err = hadax_says(monkeypatch, capsys, "distil", "--width=3")
    assert (status, out) == (2, "")
    assert err == "hadax: distil: no such verb; there are " + ", ".join(VERBS) + "\n"
