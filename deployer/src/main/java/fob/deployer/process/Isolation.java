package fob.deployer.process;

import java.util.Optional;

/** Describes, for people, what keeps functions apart here, and how each limit is held. */
final class Isolation {

  private Isolation() {}

  /**
   * @param network a description of the network that functions may use
   */
  static String of(Launcher launcher, String network) {
    return launcher.sandbox() == null
        ? "NONE: functions may do whatever fob may do; " + groups(launcher.cgroups(), false)
        : "bubblewrap: namespaces of its own for each instance, read-only system, no network unless"
            + " asked for; "
            + groups(launcher.cgroups(), true)
            + "; open files and the size of a file bounded for each process; /tmp and /dev/shm by"
            + " their size; run time, results and log by fob; network=true: "
            + network;
  }

  private static String groups(Optional<Cgroups> cgroups, boolean limits) {
    if (cgroups.isEmpty()) {
      return "fob may make no control groups, so memory is bounded for each process only"
          + (limits ? ", processes for each instance" : ", processes are NOT bounded")
          + ", and cpus is NOT held: functions only run at a higher nice value than fob";
    }
    return cgroups.get().cpuParent().isPresent()
        ? "memory, processes and CPU bounded for each instance by control groups"
        : "memory and processes bounded for each instance by control groups; cpus is NOT held, as"
            + " fob may make no group for CPU: functions only run at a higher nice value than fob";
  }
}
