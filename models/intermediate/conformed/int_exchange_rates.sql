{{ conform('exchange_rates', keys=[]) }}
