package fob.invoker;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.BusStart;
import fob.service.Env;
import fob.service.HealthServer;
import fob.service.Program;
import fob.service.Service;
import fob.service.ServiceMain;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs an invoker as a process of its own, with health endpoints. */
public final class Main implements Program {

  static void main(String[] args) {
    new ServiceMain(new Main(), System.out, System.err).run(List.of(args), System.getenv());
  }

  @Override
  public String name() {
    return "invoker";
  }

  @Override
  public String about() {
    return "Takes calls from the bus to the instances of functions. Run as many as you like.";
  }

  @Override
  public Start configure(Env env) {
    InvokerConfig config = InvokerConfig.from(env);
    return () -> start(config);
  }

  private static Service start(InvokerConfig config) throws Exception {
    Service service = new Service();
    try {
      AtomicReference<Supplier<Optional<String>>> unready =
          new AtomicReference<>(() -> Optional.of("waiting for Kafka"));
      AtomicReference<Supplier<Optional<String>>> warning = new AtomicReference<>(Optional::empty);
      AtomicReference<@Nullable Bus> known = new AtomicReference<>();
      service.add(
          new HealthServer(
              config.host(),
              config.port(),
              () -> unready.get().get(),
              () -> warning.get().get(),
              accept ->
                  Optional.ofNullable(known.get())
                      .flatMap(bus -> bus.metrics().exposition(accept))));
      Bus bus =
          service.add(BusStart.connect(config.bus(), what -> unready.set(() -> Optional.of(what))));
      known.set(bus);
      BusHealth health = service.add(new BusHealth(bus));
      warning.set(health::warning);
      Invoker invoker =
          service.add(Invoker.start(config, bus, what -> unready.set(() -> Optional.of(what))));
      unready.set(() -> health.unready().or(invoker::unready));
      return service;
    } catch (Exception e) {
      service.close();
      throw e;
    }
  }
}
