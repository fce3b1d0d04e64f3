package fob.metrics;

import fob.service.Exposition;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a process counts. One for each process, whichever services it runs. Thread-safe.
 *
 * <p>Calls are counted by {@link CallMetrics}, since their counts also make the live figures, and
 * since a function's counts are held where its calls are. Everything else is a meter of {@link
 * #registry}.
 */
public final class Metrics implements AutoCloseable {

  private final PrometheusRegistry series = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final MeterRegistry registry;
  private final CallMetrics calls;
  private final boolean isOn;

  /**
   * Creates metrics, with those of this JVM.
   *
   * @param filters decide which meters there are
   */
  public Metrics(MetricsSettings settings, MeterFilter... filters) {
    isOn = settings.isOn();
    calls = new CallMetrics(settings);
    if (isOn) {
      registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, series, Clock.SYSTEM);
      Stream.of(filters).forEach(registry.config()::meterFilter);
      series.register(new CallSeries(calls));
      Stream.of(
              new JvmInfoMetrics(),
              new JvmMemoryMetrics(),
              new JvmThreadMetrics(),
              new ClassLoaderMetrics(),
              new ProcessorMetrics(),
              new FileDescriptorMetrics(),
              new UptimeMetrics(),
              collections)
          .forEach(binder -> binder.bindTo(registry));
    } else {
      registry = new CompositeMeterRegistry();
    }
  }

  /** Returns where meters are made. They count nothing if the metrics are off. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Returns the counts of calls. */
  public CallMetrics calls() {
    return calls;
  }

  /** Returns whether anything is counted. */
  public boolean isOn() {
    return isOn;
  }

  /**
   * Returns all series.
   *
   * @param accept the header of the request: OpenMetrics if it asks for that, else the text format
   *     of Prometheus
   * @return empty if the metrics are off
   */
  public Optional<Exposition> exposition(@Nullable String accept) {
    if (!isOn) {
      return Optional.empty();
    }
    ExpositionFormatWriter format = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      format.write(body, series.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(new Exposition(format.getContentType(), body.toByteArray()));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
