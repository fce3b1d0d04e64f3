package fob.gateway.upload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A regular file of an upload. */
interface Member {

  /** The path with {@code /} between its names, as the upload gives it. */
  String path();

  /** The number of bytes, as the upload says. */
  long size();

  boolean isExecutable();

  /** Opens the content, which may be longer or shorter than {@link #size} says. */
  InputStream open() throws IOException;

  /** Returns the same file at another path. */
  default Member at(String otherPath) {
    return new Moved(otherPath, this);
  }

  /** A file whose content is in memory. The array must not be changed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record InMemory(String path, byte[] content) implements Member {

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public boolean isExecutable() {
      return false;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }
  }

  /** A file under another path. */
  record Moved(String path, Member original) implements Member {

    @Override
    public long size() {
      return original.size();
    }

    @Override
    public boolean isExecutable() {
      return original.isExecutable();
    }

    @Override
    public InputStream open() throws IOException {
      return original.open();
    }
  }
}
