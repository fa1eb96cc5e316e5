{% macro digest_of_macros() %}
    {# What the SQL of all macros is now, as a hash: an increment rests on it. #}
    {{ return(adapter.dispatch('digest_of_macros')()) }}
{% endmacro %}

{% macro default__digest_of_macros() %}
    {% set files = invocation_args_dict.project_dir ~ '/macros/**/*.sql' %}
    {% set query %}
        select md5(string_agg(content, '' order by filename)) from read_text('{{ files }}')
    {% endset %}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}

{% macro spark__digest_of_macros() %}
    {% set files = invocation_args_dict.project_dir ~ '/macros/{*.sql,*/*.sql}' %}
    {% set query %}
        select md5(array_join(array_sort(collect_list(md5(content))), ''))
        from binaryFile.`{{ files }}`
    {% endset %}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}
