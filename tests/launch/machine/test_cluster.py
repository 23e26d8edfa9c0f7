"""What a scheduler's variables and the flags say of a search's processes."""

import pytest

from hadax.core.errors import ConfigError, UsageError
from hadax.launch.machine import cluster
from hadax.launch.machine.cluster import (
    Cluster,
    ClusterConfig,
    cluster_of,
    host_of,
    refuse_loopback,
    refuse_missing_ipv6,
)

SLURM = {
    "SLURM_JOB_ID": "7",
    "SLURM_STEP_NODELIST": "node[001-004]",
    "SLURM_NTASKS": "8",
    "SLURM_STEP_NUM_TASKS": "8",
    "SLURM_STEP_NUM_NODES": "4",
    "SLURM_PROCID": "5",
    "SLURM_LOCALID": "1",
}
OPEN_MPI = {
    "OMPI_COMM_WORLD_SIZE": "4",
    "OMPI_COMM_WORLD_RANK": "2",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
}
BY_HAND = ClusterConfig(coordinator="node1:1234", processes=2, process_id=1)


def test_a_process_is_alone_where_nobody_says_otherwise():
    assert cluster_of(ClusterConfig(), {}) is None
    assert cluster_of(ClusterConfig(), {**SLURM, "SLURM_STEP_NUM_TASKS": "1"}) is None
    assert cluster_of(ClusterConfig(), {"OMPI_COMM_WORLD_SIZE": "1"}) is None
    # The script of a SLURM job is no step of it.
    batch = {"SLURM_JOB_ID": "7", "SLURM_NTASKS": "8", "SLURM_PROCID": "0"}
    assert cluster_of(ClusterConfig(), batch) is None


def test_flags_name_the_processes():
    assert cluster_of(BY_HAND, {}) == Cluster("node1:1234", 2, 1, 1800.0, False)


def test_slurm_names_them():
    assert cluster_of(ClusterConfig(), SLURM) == Cluster(None, 8, 5, 1800.0, True)


def test_open_mpi_names_them_but_from_version_5_not_where_they_meet():
    launcher = {"OMPI_MCA_orte_hnp_uri": "1531576320.0;tcp://10.96.0.1:34911"}
    expected = Cluster(None, 4, 2, 1800.0, True)
    assert cluster_of(ClusterConfig(), {**OPEN_MPI, **launcher}) == expected
    with pytest.raises(UsageError, match=r"--coordinator: is missing.*Open MPI does not say it"):
        cluster_of(ClusterConfig(), OPEN_MPI)
    given = cluster_of(ClusterConfig(coordinator="a:1"), OPEN_MPI)
    assert given == Cluster("a:1", 4, 2, 1800.0, True)


def test_jaxs_own_variable_is_heard():
    given = cluster_of(ClusterConfig(), {**OPEN_MPI, "JAX_COORDINATOR_ADDRESS": "b:2"})
    assert given is not None
    assert given.coordinator == "b:2"


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"processes": 2, "process_id": 0}, "coordinator"),
        ({"coordinator": "a:1", "process_id": 0}, "processes"),
        ({"coordinator": "a:1", "processes": 2}, "process_id"),
    ],
)
def test_what_is_missing_by_hand_is_named(settings, missing):
    with pytest.raises(UsageError, match=f"--{missing}: is missing"):
        cluster_of(ClusterConfig(**settings), {})


@pytest.mark.parametrize(
    "settings",
    [
        {"coordinator": "nohost"},
        {"coordinator": "host:99999"},
        {"coordinator": ":80"},
        {"coordinator": "fd00::1:80"},
        {"coordinator": "[fd00::1:80"},
        {"processes": 2, "process_id": 2},
        {"process_id": -1},
        {"initialization_timeout": "soon"},
    ],
)
def test_what_cannot_be_is_refused(settings):
    with pytest.raises(ConfigError):
        ClusterConfig(**settings)


def test_a_schedulers_variable_that_is_no_number_is_named():
    with pytest.raises(UsageError, match="SLURM_PROCID=x: must be a whole number"):
        cluster_of(ClusterConfig(), {**SLURM, "SLURM_PROCID": "x"})


@pytest.mark.parametrize("coordinator", ["localhost:1234", "127.0.1.1:1234", "[::1]:1234"])
def test_an_address_that_only_this_host_knows_is_refused(coordinator):
    with pytest.raises(ConfigError, match="which other hosts cannot reach"):
        refuse_loopback(coordinator)


def test_other_addresses_are_left_alone():
    refuse_loopback("192.0.2.1:1234")
    refuse_loopback("no.such.host.invalid:1234")


def test_ipv6_is_refused_only_where_there_is_none(monkeypatch):
    monkeypatch.setattr(cluster, "_has_ipv6", lambda: False)
    with pytest.raises(ConfigError, match=r"=\[fd00::1\]:80: is fd00::1, and this machine has no"):
        refuse_missing_ipv6("[fd00::1]:80")
    refuse_missing_ipv6("192.0.2.1:80")
    refuse_missing_ipv6("no.such.host.invalid:80")
    monkeypatch.setattr(cluster, "_has_ipv6", lambda: True)
    refuse_missing_ipv6("[fd00::1]:80")


def test_a_host_is_named_without_brackets():
    assert host_of("[fd00::1]:80") == "fd00::1"
    assert host_of("node1:80") == "node1"
