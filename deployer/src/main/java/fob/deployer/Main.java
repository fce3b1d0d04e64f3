package fob.deployer;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.BusStart;
import fob.deployer.process.ProcessConfig;
import fob.deployer.process.ProcessPlatform;
import fob.service.Env;
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
          ProcessConfig process = processConfig(env);
          env.requireNoProblems();
          return start(config, process);
        });
  }

  private static ProcessConfig processConfig(Env env) {
    return ProcessConfig.from(
        env,
        Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(),
        Path.of(System.getProperty("user.home"), ".fob", "logs").toAbsolutePath());
  }

  private static Service start(DeployerConfig config, ProcessConfig process) throws Exception {
    Service service = new Service();
    try {
      AtomicReference<Supplier<Optional<String>>> unready =
          new AtomicReference<>(() -> Optional.of("waiting for Kafka"));
      service.add(new HealthServer(config.host(), config.port(), () -> unready.get().get()));
      Drivers drivers = Drivers.in(config.drivers());
      Bus bus = BusStart.connect(config.bus());
      BusHealth health = service.add(new BusHealth(bus));
      service.add(
          Deployer.start(
              config.member(),
              bus,
              drivers,
              (owner, listener) -> new ProcessPlatform(process, drivers, listener)));
      unready.set(health::problem);
      return service;
    } catch (Exception e) {
      service.close();
      throw e;
    }
  }
}
