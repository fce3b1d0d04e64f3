package fob.standalone;

import java.util.List;

/** In containers. The engine's filter of system calls is the engine's own. */
@RequiresDocker
class HostileFunctionsInDockerIT extends HostileFunctions {

  HostileFunctionsInDockerIT() {
    super("docker");
  }

  /**
   * Tracing and netlink stay within the container. io_uring and vsock are refused by the filters of
   * newer engines (25 and 23) only.
   */
  @Override
  List<String> callsThatArePossible() {
    return List.of(
        "netlink socket", "ptrace", "process_vm_readv", "io_uring_setup", "vsock socket");
  }

  /** Process 1 is the container's own: the kernel ends its group all the same. */
  @Override
  List<String> outcomesOfTracing() {
    return List.of("Operation not permitted", "made");
  }
}
