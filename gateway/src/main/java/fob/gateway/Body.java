package fob.gateway;

/**
 * A request's body, which counts against the budget until it is closed.
 *
 * @param bytes not copied: nobody may change them
 */
record Body(byte[] bytes, ByteBudget.Lease lease) implements AutoCloseable {

  /** The same holder with other bytes. */
  Body with(byte[] other) {
    return new Body(other, lease);
  }

  boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public void close() {
    lease.close();
  }
}
