"""The people who are never trained on must be the same ones everywhere, for ever."""

from npcface.train.holdout import HELD_OUT_PEOPLE, SHARE, is_held_out


def test_the_choice_is_the_one_that_was_made_once():
    # Must never change, or people who were measured on would be trained on.
    assert [n for n in (f"e{k:03d}" for k in range(60)) if is_held_out(n)] == ["e005", "e022", "e027", "e040", "e051"]


def test_about_one_in_ten_is_held_out():
    held = sum(is_held_out(f"person {k}") for k in range(5000))
    assert abs(held - 5000 / SHARE) < 100


def test_two_of_the_ten_are_held_out():
    assert set(HELD_OUT_PEOPLE) < set(range(1, 11)) and len(HELD_OUT_PEOPLE) == 2
