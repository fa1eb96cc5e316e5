with

landed as (
    select
        invoice_no,
        stock_code,
        description,
        quantity,
        invoiced_local_at,
        unit_price,
        customer_id,
        country,
        charge_type,
        delivered_stock_code,
        row_class,
        row_amount,
        row_state,
        _loaded_at,
        _source_file,
        _source_row
    from {{ ref('base_online_retail__invoice_lines') }}
),

countries as (
    select
        country,
        region_id
    from {{ ref('online_retail_countries') }}
),

final as (
    select
        md5(concat_ws(
            '|',
            landed.invoice_no,
            landed.delivered_stock_code,
            coalesce(landed.description, ''),
            landed.quantity,
            landed.invoiced_local_at,
            landed.unit_price,
            coalesce(landed.customer_id, ''),
            coalesce(landed.country, '')
        )) as invoice_line_id,
        landed.invoice_no,
        landed.stock_code,
        landed.customer_id,
        coalesce(countries.region_id, 'ZZ') as region_id,
        {{ to_utc('landed.invoiced_local_at', 'Europe/London') }} as invoiced_at,
        landed.description,
        landed.row_class,
        landed.charge_type,
        landed.quantity,
        landed.unit_price,
        landed.row_amount,
        landed._loaded_at,
        landed._source_file,
        landed._source_row
    from landed
    left join countries on landed.country = countries.country
    where landed.row_state = 'valid'
)

select * from final
