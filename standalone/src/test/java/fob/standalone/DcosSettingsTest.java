package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.layer.InstallSettings;
import fob.fakemarathon.AppRules;
import fob.fakemarathon.Problem;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code dcos/settings.jq} and the commands of {@code dcos/README.md} that use jq. */
class DcosSettingsTest {

  private static final String SETTINGS = "jq -f dcos/settings.jq ";

  /** Matches from jq to the template that it reads, over line ends and through quotes. */
  private static final Pattern COMMAND =
      Pattern.compile("jq (?:'[^']*'|\\\\\\n|[^'|`\\n])*?dcos/[a-z-]+\\.json");

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @BeforeAll
  static void jqIsThere() {
    assumeTrue(Dcos.hasJq(), "jq is not installed");
  }

  static List<String> commands() {
    return COMMAND
        .matcher(Dcos.text(Dcos.FOLDER.resolve("README.md")))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  @Test
  void readmesCommandsAreFound() {
    assertThat(commands()).hasSizeGreaterThanOrEqualTo(7);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void readmesCommandGivesWhatMarathonAndTheServicesAccept(String command) throws Exception {
    JsonNode changed = run(command);

    String name = command.replaceFirst("(?s).*dcos/([a-z-]+)\\.json$", "$1");
    assertThat(changed).isNotEqualTo(Dcos.template(name));
    assertThat(problems(changed, marathonOf(command))).isEmpty();
    for (JsonNode app : changed.has("apps") ? changed.path("apps") : List.of(changed)) {
      if (!app.path("id").asText().equals("/fob-kafka")) {
        DcosEnvironment.read(app);
      }
    }
  }

  /** Returns the Marathon that the command is for: plain, DC/OS, or DC/OS Enterprise. */
  private static AppRules.Setting marathonOf(String command) {
    return command.contains("--arg host")
        ? AppRules.Setting.PLAIN
        : new AppRules.Setting("slave_public", command.contains("--arg secret"));
  }

  private static List<Problem> problems(JsonNode template, AppRules.Setting marathon) {
    return template.has("apps")
        ? AppRules.checkGroup(template, marathon)
        : AppRules.check(template, marathon);
  }

  @Test
  void secretIsRefusedWhereThereAreNone() {
    JsonNode app = run(SETTINGS + "--arg secret fob-system/account dcos/deployer.json");

    assertThat(problems(app, AppRules.Setting.PLAIN))
        .anyMatch(problem -> problem.message().contains("Feature secrets is not enabled"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fob-service", "deployer", "invoker", "gateway", "kafka"})
  void withoutSettingsATemplateStaysAsItIs(String name) {
    assertThat(run(SETTINGS + "dcos/" + name + ".json")).isEqualTo(Dcos.template(name));
  }

  @Test
  void registryIsThatOfEveryServiceAndOfTheDrivers() throws Exception {
    JsonNode apps = run(SETTINGS + "--arg registry r.example:5000/fob dcos/fob-service.json");

    assertThat(apps.path("apps"))
        .hasSize(3)
        .allMatch(app ->
            app.at("/container/docker/image").asText().equals("r.example:5000/fob/fob:latest"));
    assertThat(DcosEnvironment.deployer(apps.at("/apps/0")).marathon().imagePrefix())
        .isEqualTo("r.example:5000/fob/");
  }

  @Test
  void installersGetThePlacesOfPackages() throws Exception {
    JsonNode app =
        run(
            SETTINGS
                + "--arg pip https://i.example/simple --arg npm https://n.example"
                + " --arg maven https://m.example --arg layerMiB 64 dcos/deployer.json");

    InstallSettings install = DcosEnvironment.deployer(app).install();
    assertThat(install.layerMiB()).isEqualTo(64);
    assertThat(install.variables())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "FOB_PIP_INDEX_URL", "https://i.example/simple",
                "FOB_NPM_REGISTRY", "https://n.example",
                "FOB_MAVEN_REPOSITORY", "https://m.example"));
  }

  @Test
  void placeIsThatOfTheGatewayAlone() {
    JsonNode apps =
        run(SETTINGS + "--arg host 10.0.0.8 --arg port 31999 --arg role '*' dcos/fob-service.json");

    assertThat(apps.at("/apps/0")).isEqualTo(Dcos.template("deployer"));
    assertThat(apps.at("/apps/1")).isEqualTo(Dcos.template("invoker"));
    JsonNode gateway = apps.at("/apps/2");
    assertThat(Dcos.port(gateway).path("hostPort").asInt()).isEqualTo(31999);
    assertThat(gateway.path("constraints"))
        .isEqualTo(Dcos.json("[[\"hostname\", \"CLUSTER\", \"10.0.0.8\"]]"));
    assertThat(gateway.path("acceptedResourceRoles")).isEqualTo(Dcos.json("[\"*\"]"));
  }

  @Test
  void gatewayAnswersForTheNamesOfTheClusterAndThoseThatAreGiven() throws Exception {
    JsonNode app =
        run(SETTINGS + "--arg host agent1.example --arg hosts fob.example,*.lab dcos/gateway.json");

    assertThat(DcosEnvironment.gateway(app).hosts())
        .containsExactly(
            "*.mesos", "*.thisdcos.directory", "agent1.example", "fob.example", "*.lab");
  }

  @Test
  void unknownSettingIsRefusedWithThoseThatThereAre() {
    Dcos.Output output = Dcos.shell(SETTINGS + "--arg registri x dcos/fob-service.json");

    assertThat(output.exit()).isNotZero();
    assertThat(output.out()).isEmpty();
    assertThat(output.err()).contains("no such setting: registri", "registry");
  }

  @ParameterizedTest
  @CsvSource({
    "port,abc",
    "port,0",
    "port,65536",
    "port,''",
    "registry,registry.example.com/fob/",
    "kafka,broker",
    "marathon,master.mesos",
    "gateway,gateway:9999",
    "gateways,two",
    "ca,ca.crt",
    "key,hush",
    "adminKey,hush",
    "enforceRole,true"
  })
  void wrongSettingIsNamedWithWhatWasExpected(String name, String value) {
    Dcos.Output output =
        Dcos.shell(SETTINGS + "--arg %s '%s' dcos/fob-service.json".formatted(name, value));

    assertThat(output.exit()).isNotZero();
    assertThat(output.out()).isEmpty();
    assertThat(output.err())
        .contains("the setting %s is '%s': expected ".formatted(name, value))
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"--arg key \"$KEY\",false", "--arg keySecret fob-system/key,true"})
  void gatewayAndDeployerGetTheKeyOfSecretsAndTheInvokerDoesNot(String setting, boolean enterprise)
      throws Exception {
    JsonNode apps = run(SETTINGS + setting + " dcos/fob-service.json");

    assertThat(DcosEnvironment.deployer(apps.at("/apps/0")).deployer().secretKeys()).isPresent();
    assertThat(apps.at("/apps/1")).isEqualTo(Dcos.template("invoker"));
    assertThat(DcosEnvironment.gateway(apps.at("/apps/2")).secretKeys()).isPresent();
    assertThat(AppRules.checkGroup(apps, new AppRules.Setting("slave_public", enterprise)))
        .isEmpty();
  }

  @Test
  void keyAndTheSecretThatHasOneAreNotGivenTogether() {
    Dcos.Output output =
        Dcos.shell(
            SETTINGS + "--arg key %s --arg keySecret a/b dcos/fob-service.json".formatted(KEY));

    assertThat(output.exit()).isNotZero();
    assertThat(output.err()).contains("leave one away").doesNotContain(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "--arg adminKey fob_admin_0123456789abcdef0123456789abcdef,false",
    "--arg adminSecret fob-system/admin,true"
  })
  void theGatewayAloneGetsTheAdminKey(String setting, boolean enterprise) throws Exception {
    JsonNode apps = run(SETTINGS + setting + " dcos/fob-service.json");

    assertThat(apps.at("/apps/0")).isEqualTo(Dcos.template("deployer"));
    assertThat(apps.at("/apps/1")).isEqualTo(Dcos.template("invoker"));
    assertThat(DcosEnvironment.gateway(apps.at("/apps/2")).access().admin()).isPresent();
    assertThat(AppRules.checkGroup(apps, new AppRules.Setting("slave_public", enterprise)))
        .isEmpty();
  }

  @Test
  void ofTwoGatewaysAnUpdateLeavesOneUp() {
    JsonNode apps = run(SETTINGS + "--arg gateways 2 dcos/fob-service.json");

    assertThat(apps.at("/apps/2/instances").asInt()).isEqualTo(2);
    assertThat(apps.at("/apps/2/upgradeStrategy/minimumHealthCapacity").asDouble()).isEqualTo(0.5);
    assertThat(AppRules.checkGroup(apps, new AppRules.Setting("slave_public", false))).isEmpty();
    assertThat(run(SETTINGS + "--arg gateways 1 dcos/gateway.json"))
        .isEqualTo(Dcos.template("gateway"));
  }

  @Test
  void twoGatewaysOnOneHostAreRefused() {
    Dcos.Output output =
        Dcos.shell(SETTINGS + "--arg gateways 2 --arg host 10.0.0.8 dcos/gateway.json");

    assertThat(output.exit()).isNotZero();
    assertThat(output.err()).contains("leave host away");
  }

  @Test
  void olderMarathonGetsAGroupWithoutWhatItDoesNotKnow() {
    JsonNode group = run(SETTINGS + "--arg enforceRole none dcos/fob-service.json");

    assertThat(Dcos.template("fob-service").has("enforceRole")).isTrue();
    assertThat(group.has("enforceRole")).isFalse();
    assertThat(group.path("apps")).isEqualTo(Dcos.template("fob-service").path("apps"));
  }

  private static JsonNode run(String command) {
    Dcos.Output output =
        Dcos.shell(
            "ADMIN=fob_admin_0123456789abcdef0123456789abcdef; "
                + "REGISTRY=registry.example.com/fob/1; MARATHON=http://marathon.example:8080; KEY=%s; "
                    .formatted(KEY)
                + command);
    assertThat(output.exit()).as("%s: %s", command, output.err()).isZero();
    return Dcos.json(output.out());
  }
}
