-- grain: one chosen record that mediation was slow with
update mediation_records set mediated_at = chosen.mediated_at, updated_at = chosen.mediated_at
from chosen where record_id = key
