-- Grain: one landed row, whatever became of it. Nothing is filtered here.
with

source as (
    select
        InvoiceNo,
        StockCode,
        Description,
        Quantity,
        InvoiceDate,
        UnitPrice,
        CustomerID,
        Country,
        _loaded_at,
        _is_deleted,
        _source_file,
        _source_row
    from {{ source('online_retail', 'invoice_lines') }}
),

charge_codes as (
    select
        stock_code,
        charge_type
    from {{ ref('online_retail_charge_codes') }}
),

-- A column is what the delivered file made of it: text in a CSV, a number or a time in Parquet.
texts as (
    select
        nullif({{ without_blanks('cast(InvoiceNo as string)') }}, '') as invoice_no,
        nullif({{ without_blanks('cast(StockCode as string)') }}, '') as delivered_stock_code,
        nullif({{ without_blanks('cast(Description as string)') }}, '') as description,
        nullif({{ without_blanks('cast(Country as string)') }}, '') as country,
        nullif({{ without_blanks('cast(CustomerID as string)') }}, '') as customer_text,
        {{ without_blanks('cast(InvoiceDate as string)') }} as invoice_date,
        Quantity as delivered_quantity,
        UnitPrice as delivered_unit_price,
        to_json(source) as raw_row,
        _loaded_at,
        _is_deleted,
        _source_file,
        _source_row
    from source
),

-- Whole numbers pass through decimals, because a cast to integer would round 2.7 to 3 in silence.
typed as (
    select
        *,
        -- Stock codes that differ in case only are one product, yet not one exact duplicate.
        upper(delivered_stock_code) as stock_code,
        try_cast(delivered_quantity as decimal(18, 4)) as quantity,
        try_cast(delivered_unit_price as decimal(18, 4)) as unit_price,
        try_cast(customer_text as decimal(18, 4)) as customer_number,
        case
            when invoice_date like '____-%' then try_cast(invoice_date as timestamp)
            else {{ month_first_timestamp('invoice_date') }}
        end as invoiced_local_at
    from texts
),

checked as (
    select
        *,
        case
            when invoice_no is null then 'invoice number is missing'
            when regexp_extract(invoice_no, '([AC]?[0-9]{6})', 1) != invoice_no
                then 'invoice number is not six digits, after an A or a C at most'
            when stock_code is null then 'stock code is missing'
            when quantity is null then 'quantity is missing or not a number'
            when quantity != floor(quantity) then 'quantity is not whole'
            when quantity = 0 then 'quantity is zero'
            when invoiced_local_at is null then 'invoice date is missing or not a timestamp'
            when unit_price is null then 'unit price is missing or not a number'
            when unit_price < 0 and invoice_no not like 'A%'
                then 'unit price is negative on an invoice that adjusts no debt'
            when invoice_no like 'C%' and quantity > 0
                then 'a cancellation has a positive quantity'
            when invoice_no not like 'C%' and quantity < 0 and unit_price != 0
                then 'a sale has a negative quantity'
            when
                customer_text is not null
                and (customer_number is null or customer_number != floor(customer_number))
                then 'customer is not a whole number'
        end as broken_rule
    from typed
),

-- When a file that has lines of an invoice, and not only their deletion, was loaded.
dated as (
    select
        *,
        max(case when broken_rule is null and not coalesce(_is_deleted, false) then _loaded_at end)
            over (partition by invoice_no, _source_file) as file_loaded_at
    from checked
),

-- An invoice is a document: a delivery that has it has all of it, and replaces what earlier ones
-- had. Within a delivery, the files that were loaded together, its lines add up; two alike in every
-- column are one line delivered twice, because the publisher gives no line number.
stated as (
    select
        *,
        {{ recency([
            'broken_rule is null', 'invoice_no', 'delivered_stock_code', 'description',
            'quantity', 'invoiced_local_at', 'unit_price', 'customer_number', 'country',
        ]) }} > 1
        or (
            file_loaded_at < max(file_loaded_at) over (partition by invoice_no)
            and not coalesce(_is_deleted, false)
        ) as is_superseded
    from dated
),

priced as (
    select
        *,
        bool_or(broken_rule is null and not is_superseded and unit_price > 0) over (
            partition by invoice_no
        ) as is_priced_invoice
    from stated
),

final as (
    select
        priced.invoice_no,
        priced.stock_code,
        priced.description,
        cast(priced.quantity as bigint) as quantity,
        priced.invoiced_local_at,
        priced.unit_price,
        cast(cast(priced.customer_number as bigint) as string) as customer_id,
        priced.country,
        charge_codes.charge_type,
        priced.delivered_stock_code,
        case
            when priced.broken_rule is not null then 'unclassified'
            when charge_codes.charge_type is not null and priced.invoice_no like 'C%'
                then 'charge_on_cancellation'
            when charge_codes.charge_type is not null then 'charge'
            when priced.invoice_no like 'C%' then 'refund'
            when
                priced.unit_price = 0
                and priced.customer_number is null
                and (priced.quantity < 0 or not priced.is_priced_invoice)
                then 'stock_adjustment'
            when priced.unit_price = 0 then 'free_line'
            else 'sale'
        end as row_class,
        cast(priced.quantity * priced.unit_price as decimal(18, 2)) as row_amount,
        {{ row_state('priced.is_superseded') }} as row_state,
        priced.broken_rule,
        case when priced.broken_rule is not null then priced.raw_row end as rejected_row,
        priced._loaded_at,
        priced._source_file,
        priced._source_row
    from priced
    left join charge_codes on priced.stock_code = charge_codes.stock_code
)

select * from final
