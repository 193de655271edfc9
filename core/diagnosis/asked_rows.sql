-- grain: one row for each row that the evidence of a finding asked about names
create or replace temp table asked_rows as
with listed as (select finding_id, unnest(from_json(evidence->'$.rows', '["json"]')) as content from asked)
select finding_id, content->>'$.stream' as stream, content->>'$.key' as key, content
from listed
