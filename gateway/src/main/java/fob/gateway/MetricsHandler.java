package fob.gateway;

import fob.gateway.access.Access;
import fob.gateway.http.Problem;
import fob.metrics.Metrics;
import fob.service.Exposition;
import io.javalin.http.Context;

/** Shows what this process counts, in the formats of Prometheus. Thread-safe. */
record MetricsHandler(Metrics metrics, TopicMetrics topics) {

  void get(Context http) throws InterruptedException {
    Access.requireAllFunctions(http);
    topics.refresh();
    Exposition series =
        metrics
            .exposition(http.header("Accept"))
            .orElseThrow(() ->
                Problem.ofGateway(
                    404,
                    "metrics-off",
                    "this gateway counts nothing, since it was started with FOB_METRICS=off"));
    http.header("Cache-Control", "no-store").contentType(series.contentType());
    http.result(series.body());
  }
}
