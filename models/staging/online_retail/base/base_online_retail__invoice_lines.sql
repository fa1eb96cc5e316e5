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

-- Whole numbers pass through decimals, because a cast to integer would round 2.7 to 3 in silence.
typed as (
    select
        trim(InvoiceNo) as invoice_no,
        upper(trim(StockCode)) as stock_code,
        nullif(trim(Description), '') as description,
        try_cast(Quantity as decimal(18, 4)) as quantity,
        try_cast(InvoiceDate as timestamp) as invoiced_local_at,
        try_cast(UnitPrice as decimal(18, 4)) as unit_price,
        try_cast(CustomerID as decimal(18, 4)) as customer_number,
        nullif(trim(cast(CustomerID as string)), '') as customer_text,
        nullif(trim(Country), '') as country,
        -- Stock codes that differ in case only are one product, yet not one exact duplicate.
        StockCode as delivered_stock_code,
        Description as delivered_description,
        to_json(source) as raw_row,
        _loaded_at,
        _is_deleted,
        _source_file,
        _source_row
    from source
),

checked as (
    select
        *,
        case
            when coalesce(invoice_no, '') = '' then 'invoice number is missing'
            when regexp_extract(invoice_no, '([AC]?[0-9]{6})', 1) != invoice_no
                then 'invoice number is not six digits, after an A or a C at most'
            when coalesce(stock_code, '') = '' then 'stock code is missing'
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

-- The publisher gives no line number: two rows alike in every column are one line delivered twice.
stated as (
    select
        *,
        {{ recency([
            'broken_rule is null', 'invoice_no', 'delivered_stock_code', 'delivered_description',
            'quantity', 'invoiced_local_at', 'unit_price', 'customer_number', 'country',
        ]) }} > 1 as is_superseded,
        bool_or(broken_rule is null and unit_price > 0) over (
            partition by invoice_no
        ) as is_priced_invoice
    from checked
),

final as (
    select
        stated.invoice_no,
        stated.stock_code,
        stated.description,
        cast(stated.quantity as bigint) as quantity,
        stated.invoiced_local_at,
        stated.unit_price,
        cast(cast(stated.customer_number as bigint) as string) as customer_id,
        stated.country,
        charge_codes.charge_type,
        stated.delivered_stock_code,
        stated.delivered_description,
        case
            when stated.broken_rule is not null then 'unclassified'
            when charge_codes.charge_type is not null and stated.invoice_no like 'C%'
                then 'charge_on_cancellation'
            when charge_codes.charge_type is not null then 'charge'
            when stated.invoice_no like 'C%' then 'refund'
            when
                stated.unit_price = 0
                and stated.customer_number is null
                and (stated.quantity < 0 or not stated.is_priced_invoice)
                then 'stock_adjustment'
            when stated.unit_price = 0 then 'free_line'
            else 'sale'
        end as row_class,
        cast(stated.quantity * stated.unit_price as decimal(18, 2)) as row_amount,
        {{ row_state('stated.is_superseded') }} as row_state,
        stated.broken_rule,
        case when stated.broken_rule is not null then stated.raw_row end as rejected_row,
        stated._loaded_at,
        stated._source_file,
        stated._source_row
    from stated
    left join charge_codes on stated.stock_code = charge_codes.stock_code
)

select * from final
