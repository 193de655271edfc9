/*+++
id = "$id"
title = "$title"
question = "What does this control ask of the data?"
# $fault: $means
# others with the same subject: $faults
fault = "$fault"
dimension = "$dimension"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "medium"
owner = "revenue assurance"
reads = ["$stream"]
grain = "one row for each thing that is wrong"
# "account" when what is wrong with an account follows from its own rows and price lists: then only new data is judged again
span = "whole"
unit = "rows of $stream"
root_cause = "unknown"
action = "no_action"
causes = ["what usually brings it about"]
corrections = ["what usually puts it right"]
source = "who asked for it, and why"
eligible = """
select count(*) from $stream
"""

[[example]]
name = "a violation: change this row into one that must be found"
expect = """
subject_id
X1
"""
[example.given]
$stream = """
$key
X1
"""

[[example]]
name = "a near miss: change this row into one that looks wrong and is right"
expect = ""
[example.given]
$stream = """
$key
X2
"""
+++*/
with rows_to_judge as (select * from $stream)
select
    $key as subject_id,
    $instant as occurred_at
from rows_to_judge
where false  -- what is wrong goes here; more columns of a finding: core/controls/evidence.py
