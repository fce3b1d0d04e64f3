package fob.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fob.service.Sha256;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of a key, as clients send it: {@code fob_<id>_<secret>}. No text of this class has the
 * secret, except {@link #text}. Immutable.
 */
public final class KeyText {

  /** What a key looks like, for messages. */
  public static final String FORM =
      "fob_, an id of 1 to 16 of a-z and 0-9, _, and a secret of 27" + " to 100 letters and digits";

  private static final Pattern PATTERN =
      Pattern.compile("fob_([a-z0-9]{1,16})_([A-Za-z0-9]{27,100})");
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String LETTERS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int ID_LENGTH = 8;

  /** 32 of 62 characters are 190 bits. */
  private static final int SECRET_LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String id;
  private final String text;

  private KeyText(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** Makes a new key. */
  public static KeyText random() {
    String id = random(DIGITS, ID_LENGTH);
    return new KeyText(id, "fob_" + id + "_" + random(LETTERS, SECRET_LENGTH));
  }

  private static String random(String letters, int length) {
    return RANDOM
        .ints(length, 0, letters.length())
        .mapToObj(at -> letters.substring(at, at + 1))
        .collect(Collectors.joining());
  }

  /** Reads a key; empty if the text has not the form of one. */
  public static Optional<KeyText> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    return matcher.matches() ? Optional.of(new KeyText(matcher.group(1), text)) : Optional.empty();
  }

  /** Returns the part of the text that is no secret. */
  public String id() {
    return id;
  }

  /** Returns the whole text, which is a secret. */
  public String text() {
    return text;
  }

  /** Returns the SHA-256 of the whole text, in lower-case hex. */
  public String sha256() {
    return Sha256.of(text.getBytes(US_ASCII));
  }

  /** Whether this is the text of a checksum. The time that this takes tells nothing of it. */
  public boolean hasSha256(String checksum) {
    return MessageDigest.isEqual(sha256().getBytes(US_ASCII), checksum.getBytes(US_ASCII));
  }

  @Override
  public String toString() {
    return "KeyText[" + id + "]";
  }
}
