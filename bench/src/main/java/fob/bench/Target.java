package fob.bench;

import fob.bench.counts.Serving;
import java.io.IOException;

/** A system that is measured: clients call it. */
interface Target {

  String name();

  /** Which processes do the work of its calls. */
  default Serving serving() {
    return Serving.FOB;
  }

  /** Connects a new client, which one thread may use at a time. */
  Client client() throws IOException;

  /** A connected client. */
  interface Client extends AutoCloseable {

    /**
     * Makes one call and waits for its reply.
     *
     * @throws Exception if there is no reply or a wrong one
     */
    void call() throws Exception;

    @Override
    void close();
  }
}
