{# What dbt itself has no test for, asked as its best-known packages of tests ask it. Written for this comparison: packages are not on a registry. #}

{% test not_null_proportion(model, column_name, at_least) %}
with counted as (
  select sum(case when {{ column_name }} is null then 0 else 1 end) / cast(count(*) as {{ dbt.type_numeric() }}) as share from {{ model }}
)
select share from counted where share < {{ at_least }} or share > 1.0
{% endtest %}

{% test not_empty_string(model, column_name) %}
with trimmed as (select trim({{ column_name }}) as {{ column_name }} from {{ model }})
select * from trimmed where {{ column_name }} = ''
{% endtest %}

{% test accepted_range(model, column_name, min_value=none, max_value=none) %}
with asked as (select * from {{ model }})
select * from asked where 1 = 2
{%- if min_value is not none %} or not {{ column_name }} >= {{ min_value }}{% endif %}
{%- if max_value is not none %} or not {{ column_name }} <= {{ max_value }}{% endif %}
{% endtest %}

{% test expression_is_true(model, expression) %}
select 1 as filler from {{ model }} where not({{ expression }})
{% endtest %}

{% macro judged(model, expression) %}
with judged as (select {{ expression }} as verdict from {{ model }})
select * from judged where not(verdict = true)
{% endmacro %}

{% test match_regex(model, column_name, regex) %}
{{ judged(model, "regexp_matches(" ~ column_name ~ ", '" ~ regex ~ "', '')") }}
{% endtest %}

{% test lengths_between(model, column_name, min_value=none, max_value=none) %}
{%- set lower -%}{% if min_value is not none %} and length({{ column_name }}) >= {{ min_value }}{% endif %}{%- endset -%}
{%- set upper -%}{% if max_value is not none %} and length({{ column_name }}) <= {{ max_value }}{% endif %}{%- endset -%}
{{ judged(model, "(1 = 1" ~ lower ~ upper ~ ")") }}
{% endtest %}

{% test recency(model, field, datepart, interval) %}
{%- set threshold = "cast(" ~ dbt.dateadd(datepart, interval * -1, dbt.current_timestamp()) ~ " as " ~ dbt.type_timestamp() ~ ")" %}
with recency as (select max({{ field }}) as most_recent from {{ model }})
select most_recent, {{ threshold }} as threshold from recency where most_recent < {{ threshold }}
{% endtest %}

{% test unique_combination_of_columns(model, combination_of_columns) %}
{%- set key = combination_of_columns | join(', ') %}
select {{ key }} from {{ model }} group by {{ key }} having count(*) > 1
{% endtest %}
