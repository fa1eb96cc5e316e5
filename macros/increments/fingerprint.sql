{% macro fingerprint(unique_id, found, common) %}
    {#
        What the rows of a model depend on besides landed rows, as a hash: `common`, the code of the
        model and of all that it reads through (`found`), their columns, contracts, seeds and
        variables. Files that no incremental model stages count with their size and time.
    #}
    {% set parts = [common] %}
    {% for name in ([unique_id] + found.keys() | list) | sort %}
        {% set node = graph.nodes.get(name) %}
        {% if node %}
            {% set columns = node.columns.values() | map(attribute='data_type') | join(' ') %}
            {% do parts.append(name ~ node.checksum.checksum ~ columns) %}
            {% for variable in modules.re.findall("var\\(['\"](\\w+)", node.raw_code or '') | unique %}
                {% do parts.append(variable ~ tojson(var(variable))) %}
            {% endfor %}
        {% else %}
            {% do parts.append(source_state(graph.sources[name], not found[name])) %}
        {% endif %}
    {% endfor %}
    {{ return(local_md5(parts | join('\n'))) }}
{% endmacro %}
