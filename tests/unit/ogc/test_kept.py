"""Ready answers hold for one generation and within their bound."""

from ogc.kept import Bodies


def test_a_body_is_given_back_in_its_generation_only() -> None:
    kept = Bodies()
    kept.put(1, "a", b"old")
    assert kept.get(1, "a") == b"old"
    assert kept.get(2, "a") is None


def test_a_new_generation_forgets_the_old_one() -> None:
    kept = Bodies()
    kept.put(1, "a", b"old")
    kept.put(2, "b", b"new")
    assert (kept.get(1, "a"), kept.get(2, "a"), kept.get(2, "b")) == (None, None, b"new")


def test_a_late_answer_of_an_old_generation_is_not_kept() -> None:
    kept = Bodies()
    kept.put(2, "a", b"new")
    kept.put(1, "a", b"old")
    assert kept.get(2, "a") == b"new"
    assert kept.get(1, "a") is None


def test_memory_stays_within_the_bound() -> None:
    kept = Bodies(most_bytes=100)
    for number in range(50):
        kept.put(1, number, bytes(30))
        assert sum(map(len, kept.held.values())) == kept.size_bytes <= 100
    kept.put(1, "huge", bytes(101))
    assert kept.get(1, "huge") is None
