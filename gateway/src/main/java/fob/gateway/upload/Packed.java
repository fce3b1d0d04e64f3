package fob.gateway.upload;

import fob.bus.wire.Topics;
import fob.gateway.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Packs the files of an upload in memory, up to the limit of code. */
final class Packed extends OutputStream {

  private static final int MOST = Topics.MAX_VALUE_BYTES;
  private static final int AT_ONCE = 16 * 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Packed() {}

  /** Writes an archive. */
  @FunctionalInterface
  interface Packer {
    void pack(OutputStream to) throws IOException;
  }

  /** The archive is over the limit. */
  private static final class Full extends IOException {
    private Full() {
      super("full");
    }
  }

  /**
   * Returns what the packer has written.
   *
   * @param form the kind of the archive, for the message
   * @throws Problem if it is too large
   */
  static byte[] with(String form, Packer packer) {
    Packed packed = new Packed();
    try {
      packer.pack(packed);
    } catch (Full full) {
      throw Refusals.tooLarge(
          "the files have more than %d bytes when they are packed (%s), which is the limit"
              .formatted(MOST, form));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory fails only when it is full", e);
    }
    return packed.bytes.toByteArray();
  }

  /**
   * Copies a file's content, which is never in memory as a whole.
   *
   * @throws Problem if the file is not as it was announced
   */
  static void copy(Member member, OutputStream to) throws IOException {
    byte[] buffer = new byte[AT_ONCE];
    long left = member.size();
    try (InputStream content = member.open()) {
      for (int read = read(content, buffer, member);
          read >= 0;
          read = read(content, buffer, member)) {
        left -= read;
        if (left < 0) {
          throw broken(member);
        }
        to.write(buffer, 0, read);
      }
    }
    if (left != 0) {
      throw broken(member);
    }
  }

  private static int read(InputStream content, byte[] buffer, Member member) {
    try {
      return content.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw broken(member);
    }
  }

  private static Problem broken(Member member) {
    return Refusals.bad(
        "the file %s in the zip file is broken: it has another length or checksum than the zip file says"
            .formatted(Refusals.shown(member.path())));
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    if (bytes.size() + length > MOST) {
      throw new Full();
    }
    bytes.write(from, offset, length);
  }
}
