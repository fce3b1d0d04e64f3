package fob.gateway;

import fob.gateway.access.Access;
import fob.gateway.access.AuditHandler;
import fob.gateway.access.KeyHandler;
import fob.gateway.access.Quotas;
import fob.gateway.call.CallHandler;
import fob.gateway.dead.DeadLetterHandler;
import fob.gateway.function.FunctionInfoHandler;
import fob.gateway.function.LayerHandler;
import fob.gateway.function.NameHandler;
import fob.gateway.function.RegistrationHandler;
import fob.gateway.history.CallHistoryHandler;
import fob.gateway.live.EventsHandler;
import fob.gateway.live.LiveHandler;
import fob.gateway.log.LogHandler;
import fob.gateway.mcp.McpHandler;
import fob.gateway.result.ResultHandler;
import fob.gateway.secret.SecretDelivery;
import fob.gateway.secret.SecretHandler;

/** The handlers that need Kafka. */
record Api(
    Access access,
    Quotas quotas,
    KeyHandler keys,
    AuditHandler audit,
    CallHandler calls,
    WarmUpCalls warmUp,
    RegistrationHandler gen,
    FunctionInfoHandler functions,
    NameHandler names,
    LayerHandler layers,
    ResultHandler results,
    DeadLetterHandler dead,
    LogHandler logs,
    McpHandler mcp,
    CallHistoryHandler history,
    SecretHandler secrets,
    SecretDelivery delivery,
    MetricsHandler metrics,
    LiveHandler live,
    EventsHandler events,
    BusHandler bus) {}
