"""A policy as people write it: what ships, and how each mistake is told."""

from __future__ import annotations

import pytest

from core.kernel.errors import InputError
from core.kernel.policy import PolicyRow, PolicyTable
from core.policy.document import read_policy, shipped_policy
from core.policy.tables import RISK, read_tables, write_tables

GOOD = """
version = "1"

[[check]]
id = "amount"
asks = "Is it little?"

[[check.row]]
at_most = 10
then = "pass"
says = "little"

[[check.row]]
then = "approval"
by = "supervisor"
says = "much"

[[risk]]
is = "low"
"""


def test_the_policy_that_ships_can_be_read_and_has_a_version_of_its_text() -> None:
    policy = shipped_policy()

    assert [check.id for check in policy.checks][:3] == ["proof", "action", "amount"]
    assert read_policy(policy.text).version == policy.version
    assert read_policy(policy.text + "# a word\n").version != policy.version


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('then = "pass"', 'then = "perhaps"', "check amount, row 1: then: Input should be"),
        ("at_most = 10", "at_most = -1", "check amount, row 1: at_most"),
        ("at_most = 10", 'fault = ["typo"]', "check amount, row 1: there is no fault called typo"),
        ("at_most = 10", 'root_cause = ["luck"]', "check amount, row 1: there is no root cause called luck"),
        ("at_most = 10", 'segment = ["rich"]', "check amount, row 1: there is no segment called rich"),
        ("at_most = 10", "at_mots = 10", "check amount, row 1: at_mots: Extra inputs"),
        ("at_most = 10", "at_most = 10\nabove = 20", "check amount, row 1: no amount is above the one"),
        ("at_most = 10\n", "", "check amount, row 1: it answers every case"),
        ('by = "supervisor"', 'by = "nobody"', "check amount, row 2: by"),
        ('then = "approval"\nby', 'above = 3\nthen = "approval"\nby', "row 2: the last row has to answer"),
        ('is = "low"', 'above = 3\nis = "low"', "risk, row 1: the last row has to answer"),
        ('id = "amount"', 'id = "Amount!"', "check Amount!: id"),
        ("[[check]]", "[[check", "not TOML"),
        ('version = "1"\n', "", "version"),
    ],
)
def test_a_mistake_is_told_with_its_table_and_row(good: str, bad: str, says: str) -> None:
    assert good in GOOD
    with pytest.raises(InputError) as refused:
        read_policy(GOOD.replace(good, bad, 1))

    assert says in str(refused.value)


def test_two_checks_of_one_id_are_refused() -> None:
    second = GOOD.split("[[risk]]")[0].split('version = "1"')[1]

    with pytest.raises(InputError, match="one id"):
        read_policy(GOOD.replace("[[risk]]", second + "[[risk]]"))


def test_tables_can_be_read_and_written_back() -> None:
    policy = shipped_policy()

    again = read_policy(write_tables(read_tables(policy)))

    assert (again.checks, again.risks) == (policy.checks, policy.risks)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (("at_most", "a lot"), "amount, row 1: at_most needs a number"),
        (("vulnerable", "maybe"), "amount, row 1: vulnerable is true or false"),
        (("colour", "red"), "amount, row 1: there is no condition called colour"),
    ],
)
def test_a_condition_that_cannot_be_is_told_with_its_row(condition: tuple[str, str], says: str) -> None:
    rows = (PolicyRow((condition,), "pass", "so"), PolicyRow((), "block", "else"))

    with pytest.raises(InputError, match=says):
        write_tables([PolicyTable("amount", "?", rows)])


def test_words_that_would_break_out_of_their_place_stay_words() -> None:
    said = 'x" \n[[risk]]\nis = "low"'
    tables = [
        PolicyTable("amount", "?", (PolicyRow((), "block", said),)),
        PolicyTable(RISK, "", (PolicyRow((), "high"),)),
    ]

    policy = read_policy(write_tables(tables))

    assert policy.checks[0].row[0].says == said
    assert [row.is_ for row in policy.risks] == ["high"]
