package fob.gateway;

import fob.bus.BusStart;
import fob.service.ServiceMain;

/** A gateway as a process of its own. */
public final class Main {

  private Main() {}

  static void main() {
    ServiceMain.run(
        "gateway",
        System.getenv(),
        System.err,
        env -> {
          GatewayConfig config = GatewayConfig.from(env);
          env.requireNoProblems();
          Gateway gateway = Gateway.listen(config);
          try {
            gateway.connect(BusStart.connect(config.bus()));
          } catch (Exception e) {
            gateway.close();
            throw e;
          }
          return gateway;
        });
  }
}
