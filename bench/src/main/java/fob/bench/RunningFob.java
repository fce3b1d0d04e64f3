package fob.bench;

import java.net.InetSocketAddress;
import java.time.Duration;

/** A fob in other processes that is measured. */
interface RunningFob {

  InetSocketAddress http();

  String bootstrapServers();

  /** Returns the processor time that fob's JVMs have used so far, the broker's included. */
  Duration cpu();

  /** Returns the processor time that the running sandboxes have used so far. */
  Duration functionsCpu();
}
