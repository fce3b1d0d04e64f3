#!/bin/sh
text() { [ -n "$1" ] && printf '"%s"' "$1" || printf null; }
sleep "$FOB_PARAM_SECONDS"
echo "{\"request_id\": $(text "$FOB_REQUEST_ID"), \"deadline\": ${FOB_DEADLINE:-null}, \"traceparent\": $(text "$FOB_TRACEPARENT"),
  \"tracestate\": $(text "$FOB_TRACESTATE")}"
