package fob.bus.loop;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The unfinished offsets of a range, and their text form for the metadata of a commit. The length
 * of the text depends on how many offsets are unfinished, and hardly on how far apart they are: one
 * that is alone takes seven bytes.
 *
 * <p>The text is {@value #OURS}, and then in Base64: the length of the range (4 bytes), and groups
 * of bytes that have a bit for each unfinished offset. Before each group stand the number of bytes
 * that were left out before it (4 bytes), since no offset in them is unfinished, and the number of
 * its own bytes (2 bytes).
 *
 * @param end the first offset after the range
 */
record UnfinishedOffsets(long end, NavigableSet<Long> offsets) {

  /**
   * The most bytes before Base64. With the prefix it makes 4,069 characters of them, and the
   * consumer adds 23 for the topic's id. A broker accepts 4,096 ({@code
   * offset.metadata.max.bytes}).
   */
  static final int MOST_BYTES = 3_048;

  /**
   * Marks metadata of fob. Without it, metadata of another program that happens to be Base64 would
   * be read as finished records, which would never run.
   */
  private static final String OURS = "fob2:";

  /** The form of earlier versions: a bit for each finished offset. */
  private static final String BITS_OF_FINISHED = "fob1:";

  /** What stands before a group. A gap that is not longer costs less as a part of a group. */
  private static final int GROUP_HEADER = Integer.BYTES + Short.BYTES;

  /**
   * Encodes a range.
   *
   * @param end the first offset after the range
   * @param offsets the unfinished ones in the range, ascending. If there are too many for the
   *     metadata, or one is 2^31 or more above the start, the range ends earlier
   */
  static String encode(long start, long end, Iterator<Long> offsets) {
    Groups groups = new Groups();
    long last = Math.min(end, start + Integer.MAX_VALUE);
    while (offsets.hasNext()) {
      long offset = offsets.next();
      if (offset >= last || !groups.add((int) (offset - start))) {
        last = Math.min(last, offset);
        break;
      }
    }
    return last == start ? "" : OURS + groups.base64((int) (last - start));
  }

  /** Returns how many bytes of {@link #MOST_BYTES} these offsets take. */
  static int size(long start, Iterator<Long> offsets) {
    Groups groups = new Groups();
    while (offsets.hasNext()) {
      long offset = offsets.next();
      if (offset - start > Integer.MAX_VALUE || !groups.add((int) (offset - start))) {
        return MOST_BYTES;
      }
    }
    return groups.size();
  }

  /**
   * Decodes a range. Text that fob has not written is an empty range: at worst, records run twice.
   */
  static UnfinishedOffsets decode(long start, String text) {
    try {
      if (text.startsWith(OURS)) {
        return read(start, ByteBuffer.wrap(base64(text)));
      }
      if (text.startsWith(BITS_OF_FINISHED)) {
        BitSet finished = BitSet.valueOf(base64(text));
        BitSet unfinished = new BitSet();
        unfinished.set(0, finished.length());
        unfinished.andNot(finished);
        return of(start, finished.length(), unfinished);
      }
    } catch (IllegalArgumentException | BufferUnderflowException notOurs) {
      // Falls through: it is damaged, or another program's.
    }
    return of(start, 0, new BitSet());
  }

  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text.substring(OURS.length()));
  }

  private static UnfinishedOffsets read(long start, ByteBuffer from) {
    int length = from.getInt();
    NavigableSet<Long> offsets = new TreeSet<>();
    long base = start;
    while (from.hasRemaining()) {
      base += (long) Byte.SIZE * from.getInt();
      byte[] bits = new byte[Short.toUnsignedInt(from.getShort())];
      from.get(bits);
      offsets.addAll(of(base, 0, BitSet.valueOf(bits)).offsets());
      base += (long) Byte.SIZE * bits.length;
    }
    return new UnfinishedOffsets(start + length, offsets);
  }

  private static UnfinishedOffsets of(long start, int length, BitSet unfinished) {
    NavigableSet<Long> offsets = new TreeSet<>();
    unfinished.stream().forEach(bit -> offsets.add(start + bit));
    return new UnfinishedOffsets(start + length, offsets);
  }

  /** Groups of bytes with gaps between them, while they are written. Distances must ascend. */
  private static final class Groups {
    private final ByteBuffer complete = ByteBuffer.allocate(MOST_BYTES);
    private final byte[] bits = new byte[MOST_BYTES]; // of the last group
    private int gap; // before the last group
    private int start; // of the last group, in bytes from the start of the range
    private int length; // of the last group

    /** Adds an offset. Returns false if there is no room for it. */
    boolean add(int distance) {
      int index = distance / Byte.SIZE;
      int between = index - (start + length);
      if (between > GROUP_HEADER) {
        completeGroup();
        gap = between;
        start = index;
      }
      int bytes = Math.max(length, index - start + 1);
      if (size() + bytes - length > MOST_BYTES) {
        return false;
      }
      bits[index - start] |= (byte) (1 << (distance % Byte.SIZE));
      length = bytes;
      return true;
    }

    private void completeGroup() {
      if (length > 0) {
        complete.putInt(gap);
        complete.putShort((short) length);
        complete.put(bits, 0, length);
        Arrays.fill(bits, 0, length, (byte) 0);
        length = 0;
      }
    }

    int size() {
      return Integer.BYTES + complete.position() + GROUP_HEADER + length;
    }

    String base64(int range) {
      completeGroup();
      ByteBuffer all = ByteBuffer.allocate(Integer.BYTES + complete.position());
      all.putInt(range).put(complete.flip());
      return Base64.getEncoder().encodeToString(all.array());
    }
  }
}
