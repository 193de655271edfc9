-- grain: the tax line of one chosen bill
update charges set amount = chosen.tax from chosen where charge_id = chosen.tax_id
