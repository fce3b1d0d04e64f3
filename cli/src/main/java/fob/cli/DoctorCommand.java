package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fob doctor}: says what keeps the command line from working. */
@Command(
    name = "doctor",
    description = "Checks the configuration and the gateway, and says how to mend what is wrong.",
    footerHeading = "%nExample:%n",
    footer = "  fob doctor")
final class DoctorCommand implements Callable<Integer> {

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** Lines of a state, a finding and a remedy, with tabs between them, about this machine. */
  private static final String MACHINE = "FOB_DOCTOR_FINDINGS";

  @Mixin private final Client client;

  private final ArrayNode findings = JsonNodeFactory.instance.arrayNode();

  DoctorCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    client
        .surroundings()
        .variable(MACHINE)
        .ifPresent(findings -> findings.lines().forEach(this::ofMachine));
    boolean right = checkConfiguration();
    right &= checkGateway();
    if (client.output().json()) {
      client.output().print(JsonNodeFactory.instance.objectNode().set("findings", findings));
    }
    return right ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /** Takes over a finding of the launcher, which has printed it already unless it is for JSON. */
  private void ofMachine(String line) {
    String[] parts = line.split("\t", -1);
    add(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
  }

  private void add(String state, String finding, String remedy) {
    ObjectNode json = findings.addObject().put("state", state).put("finding", finding);
    if (!remedy.isEmpty()) {
      json.put("do", remedy);
    }
  }

  private boolean checkConfiguration() throws IOException {
    Contexts contexts = new Contexts(client.surroundings());
    Path file = contexts.file();
    if (!Files.exists(file)) {
      return good("no contexts: there is no " + file);
    }
    try {
      Contexts.Config config = contexts.read();
      boolean open = Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
      return open
          ? bad("other users may use %s, which may have keys".formatted(file), "chmod 600 " + file)
          : good("%d contexts in %s".formatted(config.contexts().size(), file));
    } catch (CommandFailure e) {
      return bad(Messages.of(e), "mend or delete " + file);
    }
  }

  private boolean checkGateway() throws IOException {
    try {
      Gateway gateway = client.gateway();
      String url = gateway.target().url().toString();
      Reply ready =
          gateway.send(gateway.request(gateway.address("readyz")).build(), Gateway.PATIENCE);
      JsonNode json = ready.json();
      if (!ready.succeeded()) {
        return bad(
            "the gateway %s cannot serve: %s".formatted(url, Refusals.message(ready)),
            "see its log");
      }
      if (json.path("warning").isTextual()) {
        return bad(
            "the gateway %s warns: %s".formatted(url, json.path("warning").asText()),
            "see docs/operations.md");
      }
      good("the gateway %s is ready".formatted(url));
      return good(rights(gateway.get("api", "whoami")));
    } catch (CommandFailure e) {
      return bad(Messages.of(e), remedy(e));
    }
  }

  /** What the gateway says that the own key allows. */
  private static String rights(JsonNode own) {
    String functions = own.path("functions").asText();
    String which = "*".equals(functions) ? "all functions" : "functions like " + functions;
    if (!own.has("id")) {
      return "the gateway needs no key";
    }
    return "the key %s has the role %s, for %s, and %s"
        .formatted(
            own.path("name").asText(),
            own.path("role").asText(),
            which,
            own.has("expires") ? "expires at " + own.path("expires").asText() : "does not expire");
  }

  private static String remedy(CommandFailure e) {
    return switch (e.exitCode()) {
      case ExitCodes.NOT_ALLOWED ->
          "set FOB_TOKEN to a key, or write one with fob context set NAME --url URL --token-file FILE";
      case ExitCodes.UNAVAILABLE -> "fob up starts one on this machine";
      default -> "see docs/cli.md";
    };
  }

  private boolean good(String finding) {
    add("ok", finding, "");
    if (!client.output().json()) {
      client.output().print("ok        " + finding);
    }
    return true;
  }

  private boolean bad(String finding, String remedy) {
    add("problem", finding, remedy);
    if (!client.output().json()) {
      client.output().print("PROBLEM   " + finding);
      client.output().print("          do: " + remedy);
    }
    return false;
  }
}
