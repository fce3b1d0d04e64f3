package fob.gateway.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Map;

/** Finds out whether two keys are a pair, by a signature. */
final class KeyCheck {

  /** The signatures by the algorithm of the keys. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private static final byte[] SOMETHING = "something".getBytes(StandardCharsets.US_ASCII);

  private KeyCheck() {}

  /** Whether keys of this algorithm can be used. */
  static boolean knows(String algorithm) {
    return SIGNATURES.containsKey(algorithm);
  }

  static boolean arePair(PrivateKey own, PublicKey other) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(SIGNATURES.get(other.getAlgorithm()));
    try {
      signature.initSign(own);
      signature.update(SOMETHING);
      byte[] signed = signature.sign();
      signature.initVerify(other);
      signature.update(SOMETHING);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException notOne) {
      return false;
    }
  }
}
