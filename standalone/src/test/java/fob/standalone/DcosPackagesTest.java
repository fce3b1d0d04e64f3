package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.marathon.config.MarathonConfig;
import fob.fakemarathon.AppRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Renders the packages for the catalogue of DC/OS, and checks what the catalogue's build checks.
 */
class DcosPackagesTest {

  /** The required members in the schema of packagingVersion 4.0. */
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

  /** The optional members; others are not allowed. */
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
    try (Stream<Path> files = Files.walk(DcosPackage.ROOT)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(DcosPackage.ROOT::relativize)
                  .map(Path::toString))
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
      assertThat(DcosPackage.text(service, file)).matches("\\p{ASCII}*").doesNotContain("\\u");
    }
    assertThat(DcosPackage.text(service, "marathon.json.mustache")).matches("\\p{ASCII}*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void packageSaysWhatTheCatalogueRequiresAndNothingElse(String service) {
    JsonNode described = DcosPackage.json(service, "package.json");
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
    assertThat(DcosPackage.json(service, "config.json").path("type").asText()).isEqualTo("object");
    assertThat(DcosPackage.defaults(DcosPackage.json(service, "config.json"), service))
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway"})
  void renderedWithItsDefaultsAPackageIsTheTemplate(String service) {
    assertThat(Dcos.json(DcosPackage.render(service, Map.of()))).isEqualTo(Dcos.template(service));
  }

  @Test
  void everySettingOfTheDeployerReachesTheService() throws Exception {
    JsonNode app =
        Dcos.json(
            DcosPackage.render(
                "deployer",
                Map.of(
                    "/service/image_prefix", "registry.example.com/fob/",
                    "/service/service_account_secret", "fob-system/account",
                    "/marathon/ca", "/mnt/mesos/sandbox/.ssl/ca-bundle.crt",
                    "/packages/pip_index_url", "https://i.example/simple",
                    "/packages/npm_registry", "https://n.example",
                    "/packages/maven_repository", "https://m.example")));

    assertThat(AppRules.check(app, new AppRules.Setting("slave_public", true))).isEmpty();
    assertThat(DcosEnvironment.deployer(app).install().variables())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "FOB_PIP_INDEX_URL", "https://i.example/simple",
                "FOB_NPM_REGISTRY", "https://n.example",
                "FOB_MAVEN_REPOSITORY", "https://m.example"));
    MarathonConfig config = DcosEnvironment.deployer(app).marathon();
    assertThat(config.imagePrefix()).isEqualTo("registry.example.com/fob/");
    assertThat(config.ca()).isPresent();
    assertThat(app.at("/env/FOB_MARATHON_CA").asText())
        .isEqualTo("/mnt/mesos/sandbox/.ssl/ca-bundle.crt");
    assertThat(app.at("/container/docker/parameters/0/value").asText()).isEqualTo("root");
    assertThat(app.at("/secrets/account/source").asText()).isEqualTo("fob-system/account");
    assertThat(app.at("/env/FOB_DCOS_SERVICE_ACCOUNT/secret").asText()).isEqualTo("account");
  }

  @ParameterizedTest
  @CsvSource({
    "deployer, /service/service_account_secret, fob-system/account",
    "deployer, /service/image_prefix, r.example/",
    "gateway, /service/hosts, '*'"
  })
  void theKeyOfSecretsReachesTheService(String service, String option, String value)
      throws Exception {
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    JsonNode secret =
        Dcos.json(
            DcosPackage.render(
                service, Map.of(option, value, "/secrets/key_secret", "fob-system/key")));
    JsonNode plain =
        Dcos.json(DcosPackage.render(service, Map.of(option, value, "/secrets/key", key)));

    assertThat(AppRules.check(secret, new AppRules.Setting("slave_public", true))).isEmpty();
    assertThat(secret.at("/secrets/key/source").asText()).isEqualTo("fob-system/key");
    assertThat(secret.at("/env/FOB_SECRET_KEY/secret").asText()).isEqualTo("key");
    assertThat(plain.at("/env/FOB_SECRET_KEY").asText()).isEqualTo(key);
    assertThat(plain.at("/secrets").has("key")).isFalse();
    DcosEnvironment.read(secret);
    DcosEnvironment.read(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "fob-system/key, ''",
    "'', fob-system/admin",
    "fob-system/key, fob-system/admin"
  })
  void theAdminKeyReachesTheGatewayBesideTheKeyOfSecrets(String key, String admin)
      throws Exception {
    JsonNode app =
        Dcos.json(
            DcosPackage.render(
                "gateway", Map.of("/secrets/key_secret", key, "/access/admin_secret", admin)));

    assertThat(AppRules.check(app, new AppRules.Setting("slave_public", true))).isEmpty();
    assertThat(app.at("/secrets/key/source").asText()).isEqualTo(key);
    assertThat(app.at("/secrets/admin/source").asText()).isEqualTo(admin);
    assertThat(DcosEnvironment.gateway(app).access().admin().isPresent())
        .isEqualTo(!admin.isEmpty());
  }

  @Test
  void theAdminKeyOfAGatewayWithoutSecretsIsAVariable() throws Exception {
    String key = "fob_admin_" + "a".repeat(48);
    JsonNode app = Dcos.json(DcosPackage.render("gateway", Map.of("/access/admin_key", key)));

    assertThat(app.at("/env/FOB_ADMIN_KEY").asText()).isEqualTo(key);
    assertThat(DcosEnvironment.gateway(app).access().admin()).isPresent();
  }

  @Test
  void aSettingWithQuotesStaysOneText() {
    JsonNode app =
        Dcos.json(DcosPackage.render("gateway", Map.of("/kafka/bootstrap_servers", "a\"b<c>:1\\")));

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
}
