package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fob.service.Env;
import fob.service.Program;
import fob.service.Setting;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the settings in the services' help with the documentation. */
class ProgramsTest {

  private static final String OPERATIONS = Dcos.text(Repository.ROOT.resolve("docs/operations.md"));
  private static final String LAUNCHER = Dcos.text(Repository.ROOT.resolve("fob"));

  static List<Program> programs() {
    return ServiceLoader.load(Program.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  @Test
  void everyServiceIsOneAndTheLauncherStartsIt() {
    assertThat(programs())
        .extracting(Program::name)
        .containsExactlyInAnyOrder("gateway", "deployer", "invoker")
        .allSatisfy(name -> assertThat(LAUNCHER).contains("run fob." + name + ".Main"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everySettingIsDocumented(Program program) {
    assertThat(settings(program))
        .isNotEmpty()
        .allSatisfy(setting -> {
          assertThat(OPERATIONS).contains(setting.key().replace("…", ""));
          assertThat(setting.meaning()).as(setting.key()).isNotBlank();
        });
  }

  @Test
  void deployerKnowsTheSettingsOfEveryPlatform() {
    List<Program> deployer =
        programs().stream().filter(each -> each.name().equals("deployer")).toList();

    assertThat(deployer)
        .singleElement()
        .satisfies(each ->
            assertThat(settings(each))
                .extracting(Setting::key)
                .contains("FOB_UNSAFE_NO_SANDBOX", "FOB_DOCKER_CPUS", "FOB_MARATHON_URL"));
  }

  private static List<Setting> settings(Program program) {
    Env env = new Env(Map.of());
    program.configure(env);
    return env.settings();
  }
}
