package fob.bench.counts;

/** Which processes serve the calls that are measured. */
public enum Serving {
  /** All of fob. */
  FOB,
  /** The broker in fob's JVM, and Kafka clients in the JVM of the load generator. */
  BUS_CLIENTS,
  /** The function alone. */
  FUNCTION
}
