package fob.deployer;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.BusStart;
import fob.service.HealthServer;
import fob.service.Service;
import fob.service.ServiceMain;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A deployer as a process of its own. */
public final class Main {

  private Main() {}

  static void main() {
    ServiceMain.run(
        "deployer",
        System.getenv(),
        System.err,
        env -> {
          DeployerConfig config = DeployerConfig.from(env);
          Deployer.PlatformFactory platform =
              config
                  .platform()
                  .from(
                      env,
                      Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(),
                      Path.of(System.getProperty("user.home"), ".fob", "logs").toAbsolutePath());
          env.requireNoProblems();
          return start(config, platform);
        });
  }

  private static Service start(DeployerConfig config, Deployer.PlatformFactory platform)
      throws Exception {
    Service service = new Service();
    try {
      AtomicReference<Supplier<Optional<String>>> unready =
          new AtomicReference<>(() -> Optional.of("waiting for Kafka"));
      service.add(new HealthServer(config.host(), config.port(), () -> unready.get().get()));
      Drivers drivers = Drivers.in(config.drivers());
      Bus bus = BusStart.connect(config.bus());
      BusHealth health = service.add(new BusHealth(bus));
      service.add(Deployer.start(config.member(), bus, drivers, platform));
      unready.set(health::problem);
      return service;
    } catch (Exception e) {
      service.close();
      throw e;
    }
  }
}
