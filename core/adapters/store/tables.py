"""The tables of the operational store. Holds no query; `migrations` holds how they came to be."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, Table

from core.adapters.store.types import ID_LENGTH, Ids, Instant, Money, PlainText, SeverityRank
from core.kernel.results import SEARCH_LENGTH

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("run_no", Integer, primary_key=True),
    Column("run_id", PlainText, nullable=False, unique=True),
    Column("snapshot_id", PlainText, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("timezone", PlainText, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("cases", BigInteger, nullable=False),
    Column("amount_at_stake", Money, nullable=False),
)

run_streams = Table(
    "run_streams",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("stream", PlainText, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)

control_results = Table(
    "control_results",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("control_id", PlainText, primary_key=True),
    Column("outcome", PlainText, nullable=False),
    Column("reason", PlainText),
    Column("eligible", BigInteger, nullable=False),
    Column("violations", BigInteger, nullable=False),
    Column("amount", Money, nullable=False),
)

file_reports = Table(
    "file_reports",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("position", Integer, primary_key=True),  # one path may land twice with other content
    Column("path", PlainText, nullable=False),
    Column("stream", PlainText, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("repeats", BigInteger, nullable=False),
    Column("superseded", BigInteger, nullable=False),
    Column("note", PlainText, nullable=False),
)

flow_lines = Table(
    "flow_lines",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("point", PlainText, nullable=False),
    Column("day", Date, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("service", PlainText, nullable=False),
    Column("partner_id", PlainText),
    Column("state", PlainText, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("amount", Money, nullable=False),
)

open_counts = Table(
    "open_counts",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("control_id", PlainText, primary_key=True),
    Column("items", BigInteger, nullable=False),
    Column("over_a_day", BigInteger, nullable=False),
    Column("over_a_week", BigInteger, nullable=False),
    Column("oldest", Instant),
    Column("next_due", Instant),
    Column("matched", BigInteger, nullable=False),
    Column("found", BigInteger, nullable=False),
)

usage_estimates = Table(
    "usage_estimates",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("case_id", PlainText(ID_LENGTH), nullable=False),
    Column("account_id", PlainText(ID_LENGTH), nullable=False),
    Column("subscription_id", PlainText, nullable=False),
    Column("partner_id", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("period_start", Instant, nullable=False),
    Column("period_end", Instant, nullable=False),
    Column("service", PlainText, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("amount", Money, nullable=False),
    Column("low", Money, nullable=False),
    Column("high", Money, nullable=False),
    Column("basis", PlainText, nullable=False),
)
Index("ix_usage_estimates_account", usage_estimates.c.run_no, usage_estimates.c.account_id)
Index("ix_usage_estimates_case", usage_estimates.c.run_no, usage_estimates.c.case_id)

findings = Table(
    "findings",
    metadata,
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("finding_id", PlainText, primary_key=True),
    Column("control_id", PlainText, nullable=False),
    Column("fault", PlainText, nullable=False),
    Column("dimension", PlainText, nullable=False),
    Column("account_id", PlainText),
    Column("subscription_id", PlainText),
    Column("stream", PlainText, nullable=False),
    Column("subject_id", PlainText, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("detected_at", Instant, nullable=False),
    Column("amount", Money, nullable=False),
    Column("cycle", PlainText),
    Column("currency", PlainText, nullable=False),
    Column("confidence", Money, nullable=False),
    Column("root_cause", PlainText, nullable=False),
    Column("evidence", PlainText, nullable=False),
    Column("caused_by", PlainText),
    Column("case_id", PlainText, nullable=False),
    Column("moved_from", PlainText),  # the case that the run put it in, where people moved it to another
)
Index("ix_findings_case", findings.c.run_no, findings.c.case_id)
Index("ix_findings_fault", findings.c.run_no, findings.c.fault)

cases = Table(
    "cases",
    metadata,
    Column("case_id", PlainText(ID_LENGTH), primary_key=True),
    Column("account_id", PlainText(ID_LENGTH)),
    Column("parent_case_id", PlainText),
    Column("cycle", PlainText),
    Column("fault", PlainText(ID_LENGTH), nullable=False),
    Column("root_cause", PlainText(ID_LENGTH), nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", PlainText(ID_LENGTH), nullable=False),
    Column("action", PlainText, nullable=False),
    Column("action_amount", Money, nullable=False),
    Column("risk", PlainText, nullable=False),
    Column("route", PlainText, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("summary", PlainText, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("severity", SeverityRank, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("scope", PlainText),
    Column("findings", BigInteger, nullable=False),
    Column("account_name", PlainText),
    Column("segment", PlainText(ID_LENGTH)),
    Column("desk", PlainText(ID_LENGTH), nullable=False),
    Column("confidence", Money, nullable=False),
    Column("search_text", PlainText(SEARCH_LENGTH), nullable=False),
    Column("at_stake", Money, nullable=False),
    Column("children", BigInteger, nullable=False, default=0, server_default="0"),
    Column("contact_ids", Ids, nullable=False, default=(), server_default="[]"),
    Column("last_run", ForeignKey(runs.c.run_no), nullable=False),
    # where it stands with people, which no run changes; its state is the status above
    Column("version", Integer, nullable=False, default=0, server_default="0"),
    Column("owner_id", PlainText(ID_LENGTH)),
    Column("owner_name", PlainText),
    Column("snoozed_until", Instant),
    Column("waits_for", PlainText),
    Column("waits_since", Instant),
    Column("merged_into", PlainText(ID_LENGTH)),
)
Index(  # the default order; and all that a selection or a sum looks at, so that neither reads the table
    "ix_cases_queue",
    cases.c.last_run,
    cases.c.severity,
    cases.c.due_at,
    cases.c.at_stake.desc(),
    cases.c.case_id,
    cases.c.opened_at,
    cases.c.currency,
    cases.c.desk,
    cases.c.fault,
    cases.c.root_cause,
    cases.c.segment,
    cases.c.account_id,
    cases.c.search_text,
    cases.c.status,
    cases.c.owner_id,
    cases.c.snoozed_until,
    cases.c.parent_case_id,
)
Index("ix_cases_due", cases.c.last_run, cases.c.due_at, cases.c.case_id)
Index("ix_cases_at_stake", cases.c.last_run, cases.c.at_stake.desc(), cases.c.case_id)
Index("ix_cases_opened", cases.c.last_run, cases.c.opened_at.desc(), cases.c.case_id)
Index("ix_cases_account", cases.c.account_id)

Index("ix_cases_parent", cases.c.parent_case_id)
Index("ix_cases_merged", cases.c.merged_into)

case_advice = Table(
    "case_advice",
    metadata,
    Column("case_id", ForeignKey(cases.c.case_id), primary_key=True),
    Column("content", PlainText, nullable=False),  # canonical JSON
)

case_sightings = Table(
    "case_sightings",
    metadata,
    Column("case_id", ForeignKey(cases.c.case_id), primary_key=True),
    Column("run_no", ForeignKey(runs.c.run_no), primary_key=True),
    Column("amount", Money, nullable=False),
    Column("findings", BigInteger, nullable=False),
)

Index("ix_cases_owner", cases.c.last_run, cases.c.owner_id, cases.c.status)

case_steps = Table(
    "case_steps",
    metadata,
    Column("case_id", ForeignKey(cases.c.case_id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("step", PlainText, nullable=False),
    Column("actor_id", PlainText(ID_LENGTH), nullable=False),
    Column("actor_name", PlainText, nullable=False),
    Column("actor_role", PlainText, nullable=False),
    Column("actor_method", PlainText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("before", PlainText, nullable=False),
    Column("after", PlainText, nullable=False),
    Column("note", PlainText, nullable=False),
    Column("facts", PlainText, nullable=False),  # canonical JSON
)

split_findings = Table(  # where people have put findings that they split off
    "split_findings",
    metadata,
    Column("finding_id", PlainText, primary_key=True),
    Column("case_id", ForeignKey(cases.c.case_id), nullable=False),
)

built_cases = Table(  # what the latest run itself made of the cases whose findings people have moved
    "built_cases",
    metadata,
    Column("case_id", ForeignKey(cases.c.case_id), primary_key=True),
    Column("content", PlainText, nullable=False),  # canonical JSON
)

threshold_reviews = Table(
    "threshold_reviews",
    metadata,
    Column("control_id", PlainText(ID_LENGTH), primary_key=True),
    Column("content", PlainText, nullable=False),  # canonical JSON
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("content", PlainText, nullable=False),
    Column("hash", PlainText, nullable=False),
    # what the content says, so that it can be looked for
    Column("time", Instant, nullable=False),
    Column("actor_id", PlainText, nullable=False),
    Column("actor_name", PlainText, nullable=False),
    Column("action", PlainText, nullable=False),
    Column("object_kind", PlainText, nullable=False),
    Column("object_id", PlainText, nullable=False),
    Column("subject", PlainText),
)
Index("ix_audit_entries_time", audit_entries.c.time)
Index("ix_audit_entries_actor", audit_entries.c.actor_id, audit_entries.c.sequence)
Index("ix_audit_entries_action", audit_entries.c.action, audit_entries.c.sequence)
Index("ix_audit_entries_object", audit_entries.c.object_id, audit_entries.c.sequence)
Index("ix_audit_entries_subject", audit_entries.c.subject, audit_entries.c.sequence)
