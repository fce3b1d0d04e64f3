package fob.gateway.http;

/**
 * A request's body. It counts against the byte budget until it is closed.
 *
 * @param bytes not copied, so nobody may change them
 */
public record Body(byte[] bytes, ByteBudget.Lease lease) implements AutoCloseable {

  /** Other bytes that count as this body did. */
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
