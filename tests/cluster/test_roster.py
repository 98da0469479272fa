"""The director's book agrees with itself, whatever is done in whichever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from npcface.cluster.roster import CHARACTERS_REMEMBERED, Lease, Roster, Worker

steps = st.lists(
    st.tuples(
        st.sampled_from(["assign", "unassign", "release", "forget", "remove", "add"]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=60,
)


@given(steps)
def test_every_lease_is_on_one_worker_at_most_and_both_know_it(done: list[tuple[str, int, int, int]]) -> None:
    roster = Roster()
    for what, client, number, index in done:
        name, identity = f"w{index}", bytes([client])
        known = roster.leases.get(identity, {}).get(number)
        if what == "add" and name not in roster.workers:
            roster.workers[name] = Worker(name, "ready", 0.0)
        elif what == "assign":
            roster.assign(known or Lease(identity, number, "ada", 30.0), roster.workers.get(name))
        elif what == "unassign" and known is not None:
            roster.assign(known, None)
        elif what == "release":
            roster.release(identity, number)
        elif what == "forget":
            roster.forget_client(identity)
        elif what == "remove":
            assert all(lease.worker == "" for lease in roster.remove(name))
        leases = [lease for of_client in roster.leases.values() for lease in of_client.values()]
        assert roster.lease_count() == len(leases)
        for worker in roster.workers.values():
            assert worker.leases == {lease for lease in leases if lease.worker == worker.id}
        assert all(lease.worker == "" or lease.worker in roster.workers for lease in leases)
        demand, streams = roster.demand()
        assert sum(streams.values()) == sum(lease.worker != "" for lease in leases)
        assert abs(sum(demand.values()) - 0.6 * sum(streams.values())) < 1e-9


def test_a_worker_forgets_the_character_that_was_wanted_longest_ago() -> None:
    worker = Worker("w", "ready", 0.0)
    for index in range(CHARACTERS_REMEMBERED):
        worker.remember(f"c{index}")
    worker.remember("c0")
    worker.remember("new")
    assert len(worker.characters) == CHARACTERS_REMEMBERED
    assert "c0" in worker.characters and "c1" not in worker.characters
