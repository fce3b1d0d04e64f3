package fob.standalone;

import java.util.List;

/** In sandboxes of bubblewrap. */
class HostileFunctionsIT extends HostileFunctions {

  HostileFunctionsIT() {
    super("process");
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
