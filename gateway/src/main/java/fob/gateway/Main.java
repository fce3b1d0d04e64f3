package fob.gateway;

import fob.bus.BusStart;
import fob.service.Env;
import fob.service.Program;
import fob.service.ServiceMain;
import java.util.List;

/** A gateway as a process of its own. */
public final class Main implements Program {

  static void main(String[] args) {
    new ServiceMain(new Main(), System.out, System.err).run(List.of(args), System.getenv());
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "The HTTP API of fob. Run as many as you like.";
  }

  @Override
  public Start configure(Env env) {
    GatewayConfig config = GatewayConfig.from(env);
    return () -> start(config);
  }

  private static Gateway start(GatewayConfig config) throws Exception {
    Gateway gateway = Gateway.listen(config);
    try {
      gateway.connect(BusStart.connect(config.bus(), gateway::waitsFor));
    } catch (Exception e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }
}
