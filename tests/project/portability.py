"""What only DuckDB understands or other engines take for something else, and what to write.

The patterns are those that the models met. They see text, not types: what differs by the type of
its argument (a median of decimals, the difference of two dates) is for the comparison of engines.
"""

import re
from collections.abc import Iterator

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")

# Not within a name, nor after the dot of a macro's package.
_WORD = r"(?<![\w.])"

INSTEAD: dict[str, str] = {
    rf"{_WORD}any_value\s*\(": "max() or min()",
    rf"{_WORD}(string_agg|group_concat|listagg)\s*\(": "dbt.listagg()",
    rf"{_WORD}unnest\s*\(": "values",
    rf"{_WORD}generate_series\s*\(": "dbt.generate_series(), or range()",
    rf"{_WORD}(datediff|date_diff|date_sub)\s*\(": "dbt.datediff()",
    rf"{_WORD}(strftime|strptime|epoch\w*|isodow|dayname|monthname|timezone|to_timestamp)\s*\(": (
        "a macro of macros/engines"
    ),
    rf"{_WORD}at\s+time\s+zone\b": "a macro of macros/engines",
    rf"{_WORD}(dayofweek|weekday)\s*\(": "dbt.datediff() from the start of the week",
    rf"{_WORD}extract\s*\(\s*(dow|isodow|epoch)\b": "a macro of macros/engines",
    rf"{_WORD}(regexp_(?!extract\b)\w+|starts_with|strpos|string_split|sha256|hash)\s*\(": (
        "a macro of macros/engines"
    ),
    rf"{_WORD}json\w*\s*\(": "a macro of macros/engines",
    rf"{_WORD}(list|struct|map|array)_\w+\s*\(|{_WORD}list\s*\(": "a macro of macros/engines",
    rf"{_WORD}(arg_max|arg_min)\s*\(": "max_by(), min_by()",
    rf"{_WORD}isfinite\s*\(": "abs(value) < cast('infinity' as double)",
    rf"{_WORD}product\s*\(": "exp(sum(ln())) of what is above zero",
    rf"{_WORD}(asof|positional)\s+(left\s+)?join\b": "max_by() of the rows before",
    rf"{_WORD}columns\s*\(|\*\s*(exclude|replace)\b": "the names of the columns",
    rf"{_WORD}unpivot\s+(\w[\w.]*\s+on\b|\((?!\s*\w+\s+for\b))": (
        "from table unpivot (value for name in (columns))"
    ),
    rf"{_WORD}pivot\s+\w[\w.]*\s+on\b": "sum(case ...)",
    r"\bby\s+name\b": "the same order of columns on both sides",
    r"\bas\s+(varchar|text|hugeint|ubigint|uinteger|blob|timestamptz|uuid|json)\s*\)": (
        "string, bigint, binary, timestamp"
    ),
    r"//": "floor(a / b)",
    r"\[": "values, or a macro of macros/engines: lists are written and counted in other ways",
    r'"': "a name that needs no quotes: double quotes may make a text",
}
_INSTEAD = {re.compile(pattern, re.IGNORECASE): advice for pattern, advice in INSTEAD.items()}


def engine_only(sql: str) -> Iterator[tuple[str, str]]:
    """What in the SQL of a model, a test or a gate is of one engine: it, and what to write."""
    # What a macro makes of its arguments is its own affair, and texts and comments are no SQL.
    bare = _TEXT.sub("''", _COMMENT.sub("", _JINJA.sub("macro", sql)))
    for pattern, advice in _INSTEAD.items():
        if found := pattern.search(bare):
            yield " ".join(found[0].split()), advice
