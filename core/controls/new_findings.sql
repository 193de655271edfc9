-- One row for each finding of the control that has just run that no control before it made of the same subject.
select judged.*
from judged
anti join findings using (finding_id)
