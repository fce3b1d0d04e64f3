package fob.driver.json;

import java.util.Arrays;

/** Collects JSON as UTF-8 up to a limit, and counts what is beyond it. Used by one thread. */
public final class JsonBuffer {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final int limit;
  private byte[] bytes = new byte[256];
  private long size;

  JsonBuffer(int limit) {
    this.limit = limit;
  }

  /** Returns how many bytes the whole has, which may be more than the limit. */
  public long size() {
    return size;
  }

  /** Returns the bytes, unless there are more than the limit. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, (int) size);
  }

  void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      ascii(text.charAt(i));
    }
  }

  void ascii(char c) {
    if (size < limit) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(limit, 2L * bytes.length));
      }
      bytes[(int) size] = (byte) c;
    }
    size++;
  }

  /** Writes a text in quotes. Returns whether it is Unicode. */
  boolean text(String text) {
    ascii('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        character(c);
      } else if (!Character.isSurrogate(c)) {
        encoded(c);
      } else {
        int point = text.codePointAt(i++);
        if (point < 0x10000) {
          return false;
        }
        encoded(point);
      }
    }
    ascii('"');
    return true;
  }

  private void character(char c) {
    switch (c) {
      case '"', '\\' -> {
        ascii('\\');
        ascii(c);
      }
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> {
        if (c >= ' ') {
          ascii(c);
        } else {
          ascii("\\u00");
          ascii(HEX[c >> 4]);
          ascii(HEX[c & 15]);
        }
      }
    }
  }

  private void encoded(int point) {
    if (point < 0x800) {
      ascii((char) (0xC0 | (point >> 6)));
    } else {
      if (point < 0x10000) {
        ascii((char) (0xE0 | (point >> 12)));
      } else {
        ascii((char) (0xF0 | (point >> 18)));
        ascii((char) (0x80 | ((point >> 12) & 0x3F)));
      }
      ascii((char) (0x80 | ((point >> 6) & 0x3F)));
    }
    ascii((char) (0x80 | (point & 0x3F)));
  }
}
