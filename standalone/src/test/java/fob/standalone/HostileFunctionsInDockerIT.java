package fob.standalone;

import java.util.List;

/** In containers. */
@RequiresDocker
class HostileFunctionsInDockerIT extends HostileFunctions {

  HostileFunctionsInDockerIT() {
    super("docker");
  }

  @Override
  List<String> callsThatArePossible() {
    return List.of();
  }

  @Override
  List<String> outcomesOfTracing() {
    return List.of("Operation not permitted");
  }
}
