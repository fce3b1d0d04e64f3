package fob.bench;

import java.io.IOException;

/** What is measured: something that clients call in a closed loop, each through its own door. */
interface Subject {

  String name();

  /** A door for one client, to be used by one thread at a time. */
  Client client() throws IOException;

  /** One client's way in. */
  interface Client extends AutoCloseable {

    /**
     * Makes one call and waits for its reply.
     *
     * @throws Exception if there was none, or a wrong one
     */
    void call() throws Exception;

    @Override
    void close();
  }
}
