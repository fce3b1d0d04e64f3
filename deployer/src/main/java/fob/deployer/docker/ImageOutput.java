package fob.deployer.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.LogWire;
import fob.call.RequestId;
import fob.deployer.local.SandboxOutput;
import fob.function.LogLine;
import fob.function.Protocol;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * Passes the output of an image on. A driver of fob writes events and lines with a request id. All
 * that a runtime of OpenWhisk writes is for the log: between the lines that mark the start and the
 * end of an activation, which are left out, lines belong to its call. Thread-safe.
 */
final class ImageOutput implements SandboxOutput {

  private static final String START = "XXX_THE_START_OF_A_WHISK_ACTIVATION_XXX";
  private static final String END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";
  private static final String WITH_ID = " with id ";

  /** Leaves room for the time and the request id. */
  private static final int PIECE = LONGEST_LOG_LINE - 256;

  private final SandboxOutput output;
  private final InstantSource clock;
  private final Stream stdout = new Stream();
  private final Stream stderr = new Stream();
  private volatile Protocol protocol = Protocol.OPENWHISK;

  ImageOutput(SandboxOutput output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  void speaks(Protocol spoken) {
    protocol = spoken;
  }

  /** The image has loaded the function. */
  void ready() {
    output.event(Json.bytes(JsonNodeFactory.instance.objectNode().put("event", "ready")));
  }

  /** The image cannot load the function. */
  void failed(ObjectNode error) {
    output.event(
        Json.bytes(
            JsonNodeFactory.instance.objectNode().put("event", "failed").set("error", error)));
  }

  @Override
  public void event(byte[] line) {
    if (protocol == Protocol.FOB) {
      output.event(line);
    } else {
      stdout.line(line);
    }
  }

  @Override
  public void log(byte[] line) {
    if (protocol == Protocol.FOB) {
      output.log(line);
    } else {
      stderr.line(line);
    }
  }

  @Override
  public void say(String text) {
    output.say(text);
  }

  @Override
  public void doesNotEnd(String why) {
    output.doesNotEnd(why);
  }

  /** One of the two streams: each has its own marks. */
  private final class Stream {

    private String request = LogLine.NO_REQUEST; // guarded by this

    synchronized void line(byte[] line) {
      String text = new String(line, UTF_8);
      if (text.startsWith(START)) {
        String id = text.substring(START.length()).replaceFirst("^" + WITH_ID, "").strip();
        request = RequestId.isValid(id) ? id : LogLine.NO_REQUEST;
      } else if (text.endsWith(END)) {
        // Before the mark there is what the function printed without a line feed.
        write(Arrays.copyOf(line, line.length - END.length()));
        request = LogLine.NO_REQUEST;
      } else {
        write(line);
      }
    }

    private void write(byte[] line) {
      for (int at = 0; at < line.length; at += PIECE) {
        byte[] prefix = LogWire.line(clock.instant(), request, "");
        int length = Math.min(PIECE, line.length - at);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + length);
        System.arraycopy(line, at, whole, prefix.length, length);
        output.log(whole);
      }
    }
  }
}
