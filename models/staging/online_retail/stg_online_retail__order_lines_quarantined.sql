-- A line has no number, so nothing tells which one of a later delivery corrects it: its invoice
-- does, which comes whole.
with

lines as (
    select
        invoice_no,
        row_state,
        _loaded_at,
        _source_file,
        _source_row
    from {{ ref('base_online_retail__invoice_lines') }}
),

delivered as (
    select
        invoice_no,
        max(_loaded_at) as loaded_at
    from lines
    where row_state != 'quarantined'
    group by invoice_no
),

final as (
    select
        concat(lines._source_file, ':', lines._source_row) as order_line_id,
        lines.invoice_no as order_id
    from lines
    left join delivered on lines.invoice_no = delivered.invoice_no
    where
        lines.row_state = 'quarantined'
        and lines.invoice_no is not null
        and lines._loaded_at >= coalesce(delivered.loaded_at, lines._loaded_at)
)

select * from final
