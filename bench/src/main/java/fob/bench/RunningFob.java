package fob.bench;

import java.net.InetSocketAddress;
import java.util.List;

/** A fob in other processes that is measured. */
interface RunningFob {

  InetSocketAddress http();

  String bootstrapServers();

  /** Returns the ids of the processes of fob's running JVMs, the broker's included. */
  List<Long> jvms();

  /** Returns the ids of the processes of all running sandboxes. */
  List<Long> functions();
}
