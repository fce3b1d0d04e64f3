package fob.secret;

/** A secret cannot be decrypted. The message is for the user, and has nothing of the value. */
public final class UnreadableSecret extends Exception {

  UnreadableSecret(String message) {
    super(message);
  }
}
