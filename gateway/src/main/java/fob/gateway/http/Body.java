package fob.gateway.http;

/**
 * A request's body, which counts against the budget until it is closed.
 *
 * @param bytes not copied: nobody may change them
 */
public record Body(byte[] bytes, ByteBudget.Lease lease) implements AutoCloseable {

  /** The same holder with other bytes. */
  public Body with(byte[] other) {
    return new Body(other, lease);
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public void close() {
    lease.close();
  }
}
