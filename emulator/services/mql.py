"""The form of an alarm's query; what it would measure is nobody's business here.

Monitoring Query Language (MQL) Reference, docs.oracle.com/iaas/Content/Monitoring/Reference/mql.htm, and
Selecting Dimensions for a Query, docs.oracle.com/iaas/Content/Monitoring/Tasks/query-metric-dimension.htm,
both read 2026-11-23. A query of one metric is modelled; joined and nested ones are not.
"""

import re

__all__ = ["is_alarm_query"]

_DIMENSION = r"""\s* [A-Za-z][\w.$-]* \s* (?: = \s* (?:"[^"]*"|[^\s",{}|*]+) | =~ \s* "[^"]+" ) \s*"""
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_ALARM_QUERY = re.compile(
    rf"""
    [A-Za-z][\w.$-]* \s*                                                         # metric
    \[ (?: (?:[1-9]|[1-5][0-9]|60)m | (?:[1-9]|1[0-9]|2[0-4])h | 1d ) \] \s*     # interval
    (?: \{{ {_DIMENSION} (?: , {_DIMENSION} )* \}} \s* )?                        # dimensions
    (?: \. (?: grouping\(\) | groupBy\( \s* [\w.$-]+ (?: \s*,\s* [\w.$-]+ )* \s* \) ) )?
    \. (?:
        absent\( (?:[1-9][0-9]*[mhd]?)? \)
      | (?: (?:avg|count|first|increment|last|max|mean|min|rate|sum)\(\) | percentile\(0?\.[0-9]+\) ) \s*
        (?: (?: >=|<=|==|!=|>|< ) \s* {_NUMBER} | (?:not\s+)?in \s* \( {_NUMBER} \s*,\s* {_NUMBER} \) )
    )
    """,
    re.VERBOSE,
)


def is_alarm_query(text: str) -> bool:
    """Whether a text is a query of one metric that says when to fire: a threshold, a range, or absence."""
    return _ALARM_QUERY.fullmatch(text.strip()) is not None
