{{ conform('headcount', keys=[]) }}
