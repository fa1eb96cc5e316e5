{% macro add_landed_file(found, path, modified_at) %}
    {# Adds a landed file to those of its raw table, as raw_files() gives them. #}
    {% for format, endings in landed_endings().items() %}
        {% for ending in endings if path.endswith(ending) %}
            {% do found.setdefault(format, []).append(path) %}
        {% endfor %}
    {% endfor %}
    {% do found.setdefault('modified', {}).update({path: modified_at}) %}
{% endmacro %}
