-- grain: none; what a quantity costs at one price, half-even to a millionth
create or replace temp macro price(quantity, rate, size, connect_fee) as
    connect_fee + ((
        (rate * 1000000)::bigint::hugeint * quantity // size + case
            when 2 * ((rate * 1000000)::bigint::hugeint * quantity % size) > size then 1
            when 2 * ((rate * 1000000)::bigint::hugeint * quantity % size) = size
                then ((rate * 1000000)::bigint::hugeint * quantity // size) % 2
            else 0
        end
    )::bigint * 0.000001)::decimal(18, 6)
