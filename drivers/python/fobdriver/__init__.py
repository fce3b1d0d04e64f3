"""The Python driver: serves one function over HTTP/1.1, as drivers/CONTRACT.md says.

main       the order in which things start, and how the process ends
settings   the environment, checked
output     the function's log (stderr) and the driver's events (the original stdout)
server     sockets and threads
http1      requests and responses
service    /health, /init and /run
calls      who may run; what runs too long; draining
code       fetches the code
function   loads the code and calls it
signature  do these parameters fit?
result     a value as JSON, or where it is not
failure    what went wrong, told to the user

Start-up time is latency that a user waits for, hence some imports inside functions: what only a rare path needs
(traceback, inspect, asyncio, http.client, hashlib) is imported there.
"""
