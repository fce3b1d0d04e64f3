package fob.standalone;

import fob.gateway.tls.TlsFiles;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the certificate of the HTTP API. */
final class TlsOptions {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      defaultValue = "${env:FOB_TLS_CERT:-}",
      description = "A PEM file with a certificate and its chain: the HTTP API then speaks TLS.")
  private String certificate = "";

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      defaultValue = "${env:FOB_TLS_KEY:-}",
      description = "A PEM file with the key of this certificate.")
  private String key = "";

  /** Returns the files; empty if there are none, or the arguments have become wrong by them. */
  Optional<TlsFiles> files(Arguments arguments) {
    try {
      return TlsFiles.of(certificate, key);
    } catch (IllegalArgumentException e) {
      arguments.require(false, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
