package fob.deployer.local;

/** Gets the bytes of a stream. Used by one thread. */
public interface ByteSink {

  /** Takes the next bytes, of which it keeps no reference. May wait some milliseconds. */
  void accept(byte[] bytes, int offset, int length);

  /** The stream has ended. */
  void end();
}
