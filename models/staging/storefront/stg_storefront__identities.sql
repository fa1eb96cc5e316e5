-- A sighting of one identifier alone says nothing about who it belongs to.
{{ stage_contract(
    'storefront',
    'identities',
    rules=[{
        'rule': 'fewer than two identifiers are given',
        'when': 'cast(user_id is not null as integer) + cast(visitor_id is not null as integer) '
            ~ '+ cast(device_id is not null as integer) + cast(open_id is not null as integer) '
            ~ '+ cast(union_id is not null as integer) + cast(phone_hash is not null as integer) < 2',
    }],
) }}
