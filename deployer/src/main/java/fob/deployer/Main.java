package fob.deployer;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.BusStart;
import fob.service.Env;
import fob.service.HealthServer;
import fob.service.Program;
import fob.service.Service;
import fob.service.ServiceMain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A deployer as a process of its own. */
public final class Main implements Program {

  static void main(String[] args) {
    new ServiceMain(new Main(), System.out, System.err).run(List.of(args), System.getenv());
  }

  @Override
  public String name() {
    return "deployer";
  }

  @Override
  public String about() {
    return "Runs the instances of functions. One is active; others wait to take over.";
  }

  @Override
  public Start configure(Env env) {
    DeployerConfig config = DeployerConfig.from(env);
    Deployer.PlatformFactory platform = platform(config.platform(), config.drivers(), env);
    for (Platforms other : Platforms.values()) {
      Env settings = new Env(Map.of());
      platform(other, config.drivers(), settings);
      env.know(settings);
    }
    return () -> start(config, platform);
  }

  private static Deployer.PlatformFactory platform(Platforms platform, Drivers drivers, Env env) {
    return platform.configure(
        env,
        new Platforms.Surroundings(
            Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(),
            Path.of(System.getProperty("user.home"), ".fob", "logs").toAbsolutePath(),
            false,
            drivers));
  }

  private static Service start(DeployerConfig config, Deployer.PlatformFactory platform)
      throws Exception {
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
      Deployer deployer =
          service.add(
              Deployer.start(
                  bus,
                  new DeployerOptions(
                      config.member(),
                      config.drivers(),
                      platform,
                      config.secretKeys(),
                      config.keptVersions())));
      unready.set(() -> health.unready().or(deployer::unready));
      return service;
    } catch (Exception e) {
      service.close();
      throw e;
    }
  }
}
