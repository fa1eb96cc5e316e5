{% macro closest_names(name, known) %}
    {# The three of the known names that have most pairs of letters in common with a name. #}
    {% set ranked = [] %}
    {% for other in known %}
        {% set shared = [] %}
        {% for place in range(other | length - 1) if other[place:place + 2] in name %}
            {% do shared.append(place) %}
        {% endfor %}
        {% do ranked.append([shared | length / (name | length + other | length), other]) %}
    {% endfor %}
    {{ return((ranked | sort(reverse=true))[:3] | map(attribute=1) | list) }}
{% endmacro %}
