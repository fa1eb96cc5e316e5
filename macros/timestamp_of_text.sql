{% macro timestamp_of_text(text) %}
    {#
        A time written year first, in UTC: with a day alone or a time of 24 hours, or of twelve with
        AM or PM; an offset is taken off. Null for all else. A two-digit year is none.
    #}
    {% set day, clock = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}', ':[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?' %}
    {% set offset = ' ?(UTC|[Zz]|[+-][0-9]{2}(:?[0-9]{2})?)' %}
    {% set plain = day ~ '([ T][0-9]{1,2}' ~ clock ~ ')?' %}
    {% set of_half = day ~ '[ T](0?[1-9]|1[0-2])' ~ clock ~ ' ?[AaPp][Mm]' %}
    {% set bare = 'regexp_replace(' ~ text ~ ", '( ?[AaPp][Mm])?(" ~ offset ~ ")?$', '')" %}
    {% set found = {} %}
    {% for name, pattern in {
        'hour': '[ T]([0-9]{1,2}):',
        'hours': ':.*[+-]([0-9]{2})(:?[0-9]{2})?$',
        'minutes': '[+-][0-9]{2}:?([0-9]{2})$',
    }.items() %}
        {% do found.update({
            name: 'coalesce(try_cast(regexp_extract(' ~ text ~ ", '" ~ pattern ~ "', 1) as integer), 0)"
        }) %}
    {% endfor %}
    case
        when {{ matches(text, plain) }} then {{ moment_of_text(text) }}
        when {{ matches(text, '(' ~ plain ~ '|' ~ of_half ~ ')(' ~ offset ~ ')?') }}
            and {{ text }} like '%:%'
            then {{ moment_of_text(bare) }}
                + interval '12' hour * case
                    when lower({{ text }}) like '%pm%' and {{ found.hour }} < 12 then 1
                    when lower({{ text }}) like '%am%' and {{ found.hour }} = 12 then -1
                    else 0
                end
                - interval '1' minute * (60 * {{ found.hours }} + {{ found.minutes }})
                * case when {{ matches(text, '.*-[0-9]{2}(:?[0-9]{2})?') }} then -1 else 1 end
    end
{%- endmacro %}
