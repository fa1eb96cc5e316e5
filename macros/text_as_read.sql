{% macro text_as_read(column, text) %}
    {#
        A text in the form in which values are read, out of the one that `meta: delivery` declares for
        its table: days of which the day or the month stands first, other marks of decimals and
        thousands, units such as 万. A number in another form than the declared one is none: it is given
        a mark that no number has, lest 1.234 be read as one and a bit.
    #}
    {%- set form = column.form or {} -%}
    {%- set is_number = column.data_type in ('integer', 'bigint', 'double') or 'decimal' in column.data_type -%}
    {%- if column.data_type in ('date', 'timestamp') and form.dates -%}
        {%- set day = '([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})' -%}
        {%- set parts = [] -%}
        {%- set order = {'day_first': [3, 2, 1], 'month_first': [3, 1, 2]}[form.dates] -%}
        {%- for part in order -%}
            {%- do parts.append('regexp_extract(' ~ text ~ ", '" ~ day ~ "', " ~ part ~ ')') -%}
        {%- endfor -%}
        {%- set time = 'regexp_extract(' ~ text ~ ", '" ~ day ~ "(.*)', 4)" -%}
        case
            when {{ matches(text, day ~ '([ T].*)?') }}
                then concat({{ parts | join(", '-', ") }}, {{ time }})
            else {{ text }}
        end
    {%- elif is_number and (form.decimal_mark or form.thousands_mark or form.units) -%}
        {%- set decimal_mark, thousands_mark = form.decimal_mark or '.', form.thousands_mark -%}
        {%- set units = form.units or {} -%}
        {%- set whole = '[0-9]+' -%}
        {%- if thousands_mark -%}
            {%- set whole = '([0-9]+|[0-9]{1,3}([' ~ thousands_mark ~ '][0-9]{3})+)' -%}
        {%- endif -%}
        {%- set shape = '[+-]?' ~ whole ~ '([' ~ decimal_mark ~ '][0-9]+)?' -%}
        {%- set plain = text -%}
        {%- if thousands_mark -%}
            {%- set plain = 'replace(' ~ plain ~ ", '" ~ thousands_mark | replace("'", "''") ~ "', '')" -%}
        {%- endif -%}
        {%- if decimal_mark != '.' -%}
            {%- set plain = 'replace(' ~ plain ~ ", '" ~ decimal_mark | replace("'", "''") ~ "', '.')" -%}
        {%- endif -%}
        case
            when {{ matches(text, shape | replace("'", "''")) }} then {{ plain }}
            {%- for unit, factor in units.items() %}
            when {{ matches(text, (shape ~ unit) | replace("'", "''")) }}
                then cast(
                    try_cast(replace({{ plain }}, '{{ unit }}', '') as decimal(28, 6)) * {{ factor }}
                    as string
                )
            {%- endfor %}
            else '? ' || {{ text }}
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{% endmacro %}
