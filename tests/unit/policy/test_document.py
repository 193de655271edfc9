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
CARRIED = """
[[procedure]]
action = ["add_charge"]
invoice = ["draft"]
steps = ["hold_invoice", "correct", "notify_customer", "release_invoice"]
told = "before"
lead_hours = 48
hours = "09:00-20:00"
by = "supervisor"
says = "first"

[[procedure]]
steps = ["correct", "notify_customer"]
told = "after"
hours = "08:00-18:00"
says = "else"

[[retry]]
failure_code = ["gateway_error"]
after_hours = [4, 24]
says = "it passes"

[[retry]]
after_hours = []
says = "not known"
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


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('"add_charge"', '"add_charm"', "procedure, row 1: there is no action called add_charm"),
        ('"correct", "notify_customer", "rel', '"mend", "rel', "procedure, row 1: steps: Input should be"),
        ('"correct", "notify_customer", "rel', '"notify_customer", "rel', "row 1: its steps lack correct"),
        ('["hold_invoice", "correct", ', '["correct", "hold_invoice", ', "row 1: hold_invoice comes before"),
        ('"notify_customer", "release_invoice"', '"notify_customer"', "row 1: an invoice that is held"),
        ('"notify_customer", "release_invoice"', '"release_invoice", "notify_customer"',
         "row 1: the customer is told before, but notify_customer comes after release_invoice"),
        ('"notify_customer", "release_invoice"', '"notify_customer", "notify_customer", "release_invoice"',
         "row 1: notify_customer stands in its steps twice"),
        ('invoice = ["draft"]\n', "", "row 1: only an invoice that has not left can be held"),
        ('steps = ["correct", "notify_customer"]', 'steps = ["notify_customer", "correct"]',
         "row 2: the customer is told after, but notify_customer comes before correct"),
        ('steps = ["correct", "notify_customer"]', 'steps = ["true_up", "correct", "notify_customer"]',
         "row 2: true_up comes after correct"),
        ('steps = ["correct", "notify_customer"]', 'steps = ["correct"]', "row 2: notify_customer is one of"),
        ("lead_hours = 48\n", "", "row 1: lead_hours says how long before"),
        ("lead_hours = 48", "lead_hours = 0", "procedure, row 1: lead_hours"),
        ('told = "before"', 'told = "soon"', "procedure, row 1: told"),
        ('hours = "09:00-20:00"\n', "", "row 1: hours say when in the day"),
        ("09:00-20:00", "20:00-09:00", "row 1: the hours 20:00-09:00 end before they begin"),
        ("09:00-20:00", "9-20", "procedure, row 1: hours"),
        ('by = "supervisor"\nsays = "first"', 'by = "analyst"\nsays = "first"',
         "row 1: the role analyst approves no corrections: name supervisor or product_manager"),
        ('steps = ["correct", "notify_customer"]\ntold = "after"\nhours = "08:00-18:00"',
         'steps = ["correct"]\ntold = "never"\nowed = true', "row 2: what is never told is not owed"),
        ('steps = ["correct", "n', 'segment = ["iot"]\nsteps = ["correct", "n', "row 2: the last row has to"),
        ('["gateway_error"]', "[]", "retry, row 1: failure_code"),
        ('["gateway_error"]', '["Gateway error"]', "retry, row 1: failure_code"),
        ('failure_code = ["gateway_error"]\n', "", "retry, row 1: it answers every code"),
        ("[4, 24]", "[0, 24]", "retry, row 1: after_hours"),
        ("after_hours = []", 'failure_code = ["other"]\nafter_hours = []', "retry, row 2: the last row"),
        ("[[retry]]\nafter_hours = []", '[[retry]]\nfailure_code = ["gateway_error"]\nafter_hours = []\n'
         'says = "again"\n[[retry]]\nafter_hours = []', "retry, row 2: row 1 answers gateway_error already"),
    ],
)  # fmt: skip
def test_a_mistake_in_how_an_action_is_carried_out_is_told_with_its_table_and_row(
    good: str, bad: str, says: str
) -> None:
    assert good in CARRIED
    read_policy(GOOD + CARRIED)
    with pytest.raises(InputError) as refused:
        read_policy(GOOD + CARRIED.replace(good, bad, 1))

    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("lacks", "filled"),
    [
        (GOOD, ("procedure", "retry")),
        (GOOD + CARRIED.split("[[retry]]")[0], ("retry",)),
        (GOOD + CARRIED, ()),
    ],
)
def test_a_policy_older_than_a_table_has_the_one_that_ships_and_says_so(
    lacks: str, filled: tuple[str, ...]
) -> None:
    policy, shipped = read_policy(lacks), shipped_policy()

    assert policy.filled == filled
    assert (policy.procedures == shipped.procedures) == ("procedure" in filled)
    assert (policy.retries == shipped.retries) == ("retry" in filled)
    assert read_policy(write_tables(read_tables(policy))).filled == ()


@pytest.mark.parametrize("name", ["risk", "procedure", "retry"])
def test_no_check_is_called_after_another_table(name: str) -> None:
    with pytest.raises(InputError, match=f"check {name}: another table is called so"):
        read_policy(GOOD.replace('id = "amount"', f'id = "{name}"'))


def test_two_checks_of_one_id_are_refused() -> None:
    second = GOOD.split("[[risk]]")[0].split('version = "1"')[1]

    with pytest.raises(InputError, match="one id"):
        read_policy(GOOD.replace("[[risk]]", second + "[[risk]]"))


def test_tables_can_be_read_and_written_back() -> None:
    policy = shipped_policy()

    again = read_policy(write_tables(read_tables(policy)))

    assert (again.checks, again.risks) == (policy.checks, policy.risks)
    assert (again.procedures, again.retries) == (policy.procedures, policy.retries)
    assert again.filled == ()


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
        PolicyTable(RISK, "", (PolicyRow((), "high"),), "risk"),
    ]

    policy = read_policy(write_tables(tables))

    assert policy.checks[0].row[0].says == said
    assert [row.is_ for row in policy.risks] == ["high"]
