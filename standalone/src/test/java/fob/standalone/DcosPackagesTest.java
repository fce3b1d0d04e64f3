package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.mustachejava.DefaultMustacheFactory;
import fob.deployer.marathon.MarathonConfig;
import fob.fakemarathon.AppRules;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages for the catalogue of DC/OS, held to what its build checks, and rendered. */
class DcosPackagesTest {

  private static final Path PACKAGES = Dcos.FOLDER.resolve("universe/repo/packages");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The schema of packagingVersion 4.0: these must be there. */
  private static final Set<String> REQUIRED =
      Set.of(
          "packagingVersion",
          "name",
          "version",
          "maintainer",
          "description",
          "tags",
          "upgradesFrom",
          "downgradesTo",
          "minDcosReleaseVersion");

  /** These may be; no others. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "scm",
          "website",
          "framework",
          "preInstallNotes",
          "postInstallNotes",
          "postUninstallNotes",
          "selected",
          "licenses");

  @Test
  void everyServiceHasOneRevisionInTheFolderOfItsLetter() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGES)) {
      assertThat(files.filter(Files::isRegularFile).map(PACKAGES::relativize).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(
              Dcos.SERVICES.stream()
                  .flatMap(service ->
                      Stream.of(
                              "config.json",
                              "marathon.json.mustache",
                              "package.json",
                              "resource.json")
                          .map(file -> "F/fob-" + service + "/0/" + file))
                  .toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void filesAreAsciiWithoutEscapes(String service) {
    for (String file : List.of("config.json", "package.json", "resource.json")) {
      assertThat(text(service, file)).matches("\\p{ASCII}*").doesNotContain("\\u");
    }
    assertThat(text(service, "marathon.json.mustache")).matches("\\p{ASCII}*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void packageSaysWhatTheCatalogueRequiresAndNothingElse(String service) {
    JsonNode described = json(service, "package.json");
    Set<String> names = new TreeSet<>();
    described.fieldNames().forEachRemaining(names::add);

    assertThat(names).containsAll(REQUIRED);
    assertThat(names).allMatch(name -> REQUIRED.contains(name) || OPTIONAL.contains(name));
    assertThat(described.path("packagingVersion").asText()).isEqualTo("4.0");
    assertThat(described.path("name").asText())
        .isEqualTo("fob-" + service)
        .matches("[a-z][a-z0-9-]*[a-z0-9]");
    assertThat(described.path("version").asText())
        .isEqualTo(versionOfFob())
        .matches("[-a-zA-Z0-9.]+");
    assertThat(described.path("minDcosReleaseVersion").asText())
        .matches("(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*))*");
    assertThat(described.path("tags")).isNotEmpty().allMatch(tag -> tag.asText().matches("\\S+"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void everySettingIsDescribedAndHasADefaultOfItsType(String service) {
    assertThat(json(service, "config.json").path("type").asText()).isEqualTo("object");
    assertThat(defaults(json(service, "config.json"), service)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void renderedWithItsDefaultsAPackageIsTheTemplate(String service) {
    assertThat(Dcos.json(render(service, Map.of()))).isEqualTo(Dcos.template(service));
  }

  @Test
  void everySettingOfTheDeployerReachesTheService() throws Exception {
    JsonNode app =
        Dcos.json(
            render(
                "deployer",
                Map.of(
                    "/service/image_prefix", "registry.example.com/fob/",
                    "/service/service_account_secret", "fob-system/account",
                    "/marathon/ca", "/mnt/mesos/sandbox/.ssl/ca-bundle.crt")));

    assertThat(AppRules.check(app, new AppRules.Setting("slave_public", true))).isEmpty();
    MarathonConfig config = DcosEnvironment.deployer(app).marathon();
    assertThat(config.imagePrefix()).isEqualTo("registry.example.com/fob/");
    assertThat(config.ca()).contains(Path.of("/mnt/mesos/sandbox/.ssl/ca-bundle.crt"));
    assertThat(app.at("/container/docker/parameters/0/value").asText()).isEqualTo("root");
    assertThat(app.at("/secrets/account/source").asText()).isEqualTo("fob-system/account");
    assertThat(app.at("/env/FOB_DCOS_SERVICE_ACCOUNT/secret").asText()).isEqualTo("account");
  }

  @Test
  void aSettingWithQuotesStaysOneText() {
    JsonNode app = Dcos.json(render("gateway", Map.of("/kafka/bootstrap_servers", "a\"b<c>:1\\")));

    assertThat(app.at("/env/FOB_KAFKA_BOOTSTRAP_SERVERS").asText()).isEqualTo("a\"b<c>:1\\");
  }

  private static String versionOfFob() {
    return Dcos.text(Repository.ROOT.resolve("pom.xml"))
        .lines()
        .filter(line -> line.startsWith("  <version>"))
        .map(line -> line.replaceAll(" *</?version>", ""))
        .findFirst()
        .orElseThrow();
  }

  /** The values that the catalogue takes where the user gives none. */
  private static ObjectNode defaults(JsonNode schema, String path) {
    ObjectNode values = MAPPER.createObjectNode();
    assertThat(schema.path("additionalProperties").isBoolean()).as(path).isTrue();
    schema
        .path("properties")
        .properties()
        .forEach(entry -> {
          String name = path + "." + entry.getKey();
          JsonNode property = entry.getValue();
          assertThat(property.path("description").asText()).as(name).isNotBlank();
          values.set(entry.getKey(), value(property, name));
        });
    return values;
  }

  private static JsonNode value(JsonNode property, String name) {
    JsonNode standard = property.path("default");
    switch (property.path("type").asText()) {
      case "object" -> {
        return defaults(property, name);
      }
      case "string" -> assertThat(standard.isTextual()).as(name).isTrue();
      case "integer" -> assertThat(standard.isInt()).as(name).isTrue();
      case "number" -> assertThat(standard.isNumber()).as(name).isTrue();
      default -> throw new AssertionError(name + " has no type that is known here");
    }
    return standard;
  }

  /** As the package manager of DC/OS does it: mustache, with values escaped as in JSON. */
  private static String render(String service, Map<String, String> options) {
    ObjectNode values = defaults(json(service, "config.json"), service);
    values.set("resource", json(service, "resource.json"));
    options.forEach((path, text) -> {
      int name = path.lastIndexOf('/');
      JsonNode parent = values.at(path.substring(0, name));
      assertThat(parent.has(path.substring(name + 1))).as("the option " + path).isTrue();
      ((ObjectNode) parent).put(path.substring(name + 1), text);
    });
    StringWriter rendered = new StringWriter();
    new JsonMustache()
        .compile(new StringReader(text(service, "marathon.json.mustache")), service)
        .execute(rendered, MAPPER.convertValue(values, Map.class));
    return rendered.toString();
  }

  private static final class JsonMustache extends DefaultMustacheFactory {
    @Override
    public void encode(String value, Writer writer) {
      try {
        String quoted = MAPPER.writeValueAsString(value);
        writer.write(quoted, 1, quoted.length() - 2);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String text(String service, String file) {
    return Dcos.text(PACKAGES.resolve("F/fob-" + service + "/0").resolve(file));
  }

  private static JsonNode json(String service, String file) {
    return Dcos.json(text(service, file));
  }
}
