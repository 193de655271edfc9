/*+++
id = "wholesale_mismatch"
title = "Partner price off agreement"
question = "Does every record of a partner cost what was agreed?"
fault = "wholesale_mismatch"
dimension = "integrity"
area = "partner"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "partner settlement"
reads = ["usage_events", "usage_files", "partner_rates"]
grain = "one row for each event of a partner's file whose wholesale charge is not the agreed one"
span = "whole"
unit = "partner events with a charge"
root_cause = "partner_pricing"
action = "dispute_wholesale"
causes = [
  "the partner rates on an old agreement",
  "the partner rounds or measures in another way",
]
corrections = ["dispute the difference with the partner; the customer's bill is not touched"]
source = "Catalogue T05; contract rating.md 16"
eligible = """
select count(*)
from usage_events
cross join dataset
semi join (select file_id from usage_files where kind not in ('nrtrde', 'rap', 'test') and status <> 'rejected') as billed
    on billed.file_id = usage_events.file_id
where usage_events.wholesale_charge is not null
    and usage_events.started_at >= dataset.starts_at
"""

[[example]]
name = "a millionth too much; of two rates the one for the direction counts; each in the partner's currency"
expect = """
subject_id | occurred_at          | amount | currency | account_id | scope
E1         | 2026-03-01T09:00:00Z | 0      | USD      |            | tap:USACG
E4         | 2026-03-01T09:00:00Z | 0      | USD      |            | tap:USACG
"""
[example.given]
partner_rates = """
partner_id | service | direction | unit   | rate | increment | currency
USACG      | voice   | any       | minute | 0.30 | 1         | USD
USACG      | voice   | mt        | minute | 0.03 | 60        | USD
"""
usage_files = """
file_id | source    | partner_id | kind | status   | currency
F1      | tap:USACG | USACG      | tap  | accepted | USD
"""
usage_events = """
event_id | file_id | source    | service | direction | duration_s | wholesale_charge | started_at
E1       | F1      | tap:USACG | voice   | mo        | 61         | 0.305001         | 2026-03-01T09:00:00Z
E2       | F1      | tap:USACG | voice   | mo        | 61         | 0.305            | 2026-03-01T09:00:00Z
E3       | F1      | tap:USACG | voice   | mt        | 61         | 0.06             | 2026-03-01T09:00:00Z
E4       | F1      | tap:USACG | voice   | mt        | 61         | 0.61             | 2026-03-01T09:00:00Z
"""

[[example]]
name = "a half is rounded to even, a kibibyte is 1,024, a message is one, the rate of the day counts"
expect = ""
[example.given]
partner_rates = """
partner_id | service | direction | unit    | rate     | increment | currency | valid_from           | valid_to
USACG      | data    | any       | kib     | 0.000512 | 1         | USD      | 2026-01-01T00:00:00Z |
USACG      | sms     | any       | message | 0.10     | 1         | USD      | 2026-01-01T00:00:00Z | 2026-03-01T00:00:00Z
USACG      | sms     | any       | message | 0.12     | 1         | USD      | 2026-03-01T00:00:00Z |
USACG      | voice   | any       | second  | 0.0010   | 30        | USD      | 2026-01-01T00:00:00Z |
"""
usage_files = """
file_id | source    | partner_id | kind | status   | currency
F1      | tap:USACG | USACG      | tap  | accepted | USD
"""
usage_events = """
event_id | file_id | service | direction | duration_s | bytes_up | bytes_down | wholesale_charge | started_at
E1       | F1      | data    | mo        | 9          | 1        | 0          | 0                | 2026-03-01T09:00:00Z
E2       | F1      | data    | mo        | 9          | 1        | 2          | 0.000002         | 2026-03-01T09:00:00Z
E3       | F1      | sms     | mo        | 0          | 0        | 0          | 0.10             | 2026-02-28T23:59:59Z
E4       | F1      | sms     | mo        | 0          | 0        | 0          | 0.12             | 2026-03-01T00:00:00Z
E5       | F1      | voice   | mo        | 31         | 0        | 0          | 0.06             | 2026-03-01T09:00:00Z
E6       | F1      | voice   | mo        | 0          | 0        | 0          | 0                | 2026-03-01T09:00:00Z
"""

[[example]]
name = "without a charge, without a rate, in another currency, of a rejected or test file, from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
partner_rates = """
partner_id | service | direction | unit    | rate | increment | currency
USACG      | sms     | mo        | message | 0.10 | 1         | USD
"""
usage_files = """
file_id | source    | partner_id | kind | status   | currency
F1      | tap:USACG | USACG      | tap  | accepted | USD
F2      | tap:USACG | USACG      | tap  | rejected | USD
F3      | tap:USACG | USACG      | test | accepted | USD
F4      | tap:USACG | USACG      | tap  | accepted | SDR
"""
usage_events = """
event_id | file_id | service | direction | wholesale_charge | started_at
E1       | F1      | sms     | mo        |                  | 2026-03-01T09:00:00Z
E2       | F1      | sms     | mt        | 9                | 2026-03-01T09:00:00Z
E3       | F2      | sms     | mo        | 9                | 2026-03-01T09:00:00Z
E4       | F3      | sms     | mo        | 9                | 2026-03-01T09:00:00Z
E5       | F4      | sms     | mo        | 9                | 2026-03-01T09:00:00Z
E6       | F1      | sms     | mo        | 9                | 2026-02-28T09:00:00Z
"""
+++*/
with settings as (select starts_at from dataset),
files as (
    select file_id, coalesce(partner_id, replace(source, 'tap:', '')) as partner_id, currency as file_currency
    from usage_files
    where kind not in ('nrtrde', 'rap', 'test') and status <> 'rejected'
),
events as materialized (
    select usage_events.*, files.partner_id, files.file_currency
    from usage_events
    cross join settings
    join files using (file_id)
    where usage_events.wholesale_charge is not null and usage_events.started_at >= settings.starts_at
),
units(unit, size) as (
    values ('second', 1), ('minute', 60), ('message', 1), ('kb', 1000), ('mb', 1000000), ('gb', 1000000000),
        ('kib', 1024), ('mib', 1048576), ('gib', 1073741824)
),
rates as (
    select partner_rates.*, units.size, (partner_rates.rate * 1000000)::bigint as rate_micro
    from partner_rates
    join units using (unit)
    where increment > 0
),
agreed as (
    select
        events.*,
        rates.rate, rates.unit, rates.increment, rates.currency, rates.size, rates.rate_micro,
        case events.service
            when 'voice' then events.duration_s
            when 'sms' then 1
            else events.bytes_up + events.bytes_down
        end as quantity
    from events
    join rates
        on rates.partner_id = events.partner_id
        and rates.service = events.service
        and rates.direction in ('any', events.direction)
        and events.started_at >= rates.valid_from
        and (rates.valid_to is null or events.started_at < rates.valid_to)
    where coalesce(events.file_currency, rates.currency) = rates.currency
    qualify row_number() over (
        partition by events.event_id order by rates.direction = 'any', rates.valid_from desc
    ) = 1
),
exact as (
    select *, rate_micro::hugeint * ((quantity + increment - 1) // increment) * increment as micros from agreed
),
rounded as (
    select
        *,
        ((micros // size + case
            when 2 * (micros % size) > size then 1
            when 2 * (micros % size) = size then (micros // size) % 2
            else 0
        end)::bigint * 0.000001)::decimal(18, 6) as due
    from exact
)
select
    event_id as subject_id,
    started_at as occurred_at,
    0 as amount,
    currency,
    {'wholesale_charge': due::varchar} as expected,
    {'wholesale_charge': wholesale_charge::varchar} as actual,
    [{
        'file_id': file_id, 'increment': increment, 'key': event_id, 'quantity': quantity, 'rate': rate::varchar,
        'service': service, 'stream': 'usage_events', 'unit': unit
    }] as rows,
    source as scope
from rounded
where wholesale_charge <> due
