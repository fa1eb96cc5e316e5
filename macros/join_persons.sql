{% macro join_persons(relation, identifiers) %}
    {#-
        Joins the persons whose `accounts` and whose `browsers` the rows of a relation name in
        `user_id` and `visitor_id`: coalesce(accounts.person_id, browsers.person_id) is who did it,
        whoever signed in before whoever used the browser before.
    #}
    left join {{ identifiers }} as accounts
        on accounts.identifier_type = 'user_id' and {{ relation }}.user_id = accounts.identifier
    left join {{ identifiers }} as browsers
        on
            browsers.identifier_type = 'visitor_id'
            and {{ relation }}.visitor_id = browsers.identifier
{%- endmacro %}
