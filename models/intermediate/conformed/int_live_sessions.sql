{{ conform('live_sessions', keys=['live_session_id', 'host_id', 'kol_id']) }}
