{{ conform('event_deliveries', keys=[]) }}
