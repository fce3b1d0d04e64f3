package fob.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/** Checks the dependencies in ARCHITECTURE.md, and coding rules that the compiler cannot check. */
class ArchitectureTest {

  private static final int MOST_LINES = 200;
  private static final int MOST_PARAMETERS = 7;

  private static final String[] SERVICES = {"fob.gateway..", "fob.deployer..", "fob.invoker.."};
  private static final String[] COMMON = {
    "fob.access..",
    "fob.bus..",
    "fob.call..",
    "fob.function..",
    "fob.metrics..",
    "fob.secret..",
    "fob.service..",
    "fob.traces.."
  };

  private static final JavaClasses FOB =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("fob");

  @Test
  void everyModuleIsLookedAt() {
    for (String name :
        new String[] {
          "fob.gateway.Routes",
          "fob.deployer.Reconciler",
          "fob.invoker.CallRunner",
          "fob.cli.Cli",
          "fob.bus.wire.Topics",
          "fob.standalone.Standalone"
        }) {
      assertThat(FOB.contain(name)).as(name).isTrue();
    }
  }

  @Test
  void servicesDoNotDependOnEachOther() {
    for (String service : SERVICES) {
      noClasses()
          .that()
          .resideInAPackage(service)
          .should()
          .dependOnClassesThat(areOfAnotherServiceThan(service))
          .check(FOB);
    }
  }

  @Test
  void commonDependsOnNoService() {
    noClasses()
        .that()
        .resideInAnyPackage(COMMON)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("fob.gateway..", "fob.deployer..", "fob.invoker..", "fob.standalone..")
        .check(FOB);
  }

  @Test
  void commandLineKnowsTheHttpApiAlone() {
    noClasses()
        .that()
        .resideInAPackage("fob.cli..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("fob..").and(DescribedPredicate.not(resideInAPackage("fob.cli.."))))
        .check(FOB);
  }

  @Test
  void valuesDependOnNothingOfKafkaOrHttp() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "fob.access..",
            "fob.call..",
            "fob.function..",
            "fob.metrics..",
            "fob.secret..",
            "fob.service..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "io.javalin..", "okhttp3..", "fob.bus..")
        .check(FOB);
  }

  @Test
  void gatewayKnowsNothingOfPlatformsAndInvokerNothingOfHttpServers() {
    noClasses()
        .that()
        .resideInAPackage("fob.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("okhttp3..", "org.apache.hc..")
        .check(FOB);
    noClasses()
        .that()
        .resideOutsideOfPackage("fob.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.javalin..")
        .check(FOB);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("fob.(*)..").should().beFreeOfCycles().check(FOB);
  }

  @Test
  void subPackagesDependInOneDirection() {
    requireLayers(
        "fob.gateway",
        List.of(
            "",
            ".mcp",
            ".dead",
            ".log",
            ".live",
            ".secret",
            ".call",
            ".history",
            ".result",
            ".reply",
            ".function",
            ".upload",
            ".access",
            ".console",
            ".docs",
            ".publish",
            ".http",
            ".tls"));
    requireLayers(
        "fob.deployer.marathon",
        List.of("", ".install", ".cluster", ".app", ".api", ".config", ".login", ".body"));
    requireLayers("fob.invoker", List.of("", ".dead", ".key"));
    requireLayers("fob.bus", List.of(".loop", ".table", ".log", "", ".wire"));
  }

  /** Each layer may use only the layers after it. Every package below the parent has a layer. */
  private static void requireLayers(String parent, List<String> suffixes) {
    List<String> layers = suffixes.stream().map(parent::concat).toList();
    for (int layer = 1; layer < layers.size(); layer++) {
      noClasses()
          .that()
          .resideInAPackage(layers.get(layer))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(layers.subList(0, layer).toArray(String[]::new))
          .check(FOB);
    }
    assertThat(
            FOB.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.equals(parent) || name.startsWith(parent + "."))
                .distinct())
        .as("packages of %s", parent)
        .containsExactlyInAnyOrderElementsOf(layers);
  }

  @Test
  void onlyTheBusMakesKafkaClients() {
    noClasses()
        .that()
        .resideOutsideOfPackage("fob.bus")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(KafkaProducer.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(KafkaConsumer.class)
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "makes an Admin",
                call ->
                    call.getTargetOwner().isAssignableTo(Admin.class)
                        && call.getName().equals("create")))
        .check(FOB);
  }

  @Test
  void onlyMainClassesReadTheEnvironment() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(FOB);
  }

  @Test
  void onlyCommandsAndMainClassesPrint() {
    noClasses()
        .that()
        .haveNameNotMatching(".*(Command|\\.Main)(\\$.*)?")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(FOB);
  }

  /** See decision 0010. */
  @Test
  void sourceFilesHaveTwoHundredLinesAtMost() throws IOException {
    try (Stream<Path> files = Files.walk(Repository.ROOT)) {
      List<String> tooLong =
          files
              .filter(file -> file.toString().matches(".*/src/main/java/.*[.]java"))
              .filter(file -> lines(file) > MOST_LINES)
              .map(file -> Repository.ROOT.relativize(file) + ": " + lines(file))
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records are values, which decision 0010 excepts. */
  @Test
  void constructorsHaveSevenParametersAtMost() {
    constructors()
        .that()
        .areDeclaredInClassesThat()
        .areNotAssignableTo(Record.class)
        .and()
        .areDeclaredInClassesThat()
        .areNotEnums()
        .should(haveParametersAtMost(MOST_PARAMETERS))
        .check(FOB);
  }

  private static ArchCondition<JavaConstructor> haveParametersAtMost(int most) {
    return new ArchCondition<>("have " + most + " parameters at most") {
      @Override
      public void check(JavaConstructor constructor, ConditionEvents events) {
        int count = constructor.getRawParameterTypes().size();
        if (count > most) {
          String message = constructor.getFullName() + " has " + count + " parameters";
          events.add(SimpleConditionEvent.violated(constructor, message));
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> areOfAnotherServiceThan(String service) {
    return resideInAPackage("fob.gateway..")
        .or(resideInAPackage("fob.deployer.."))
        .or(resideInAPackage("fob.invoker.."))
        .or(resideInAPackage("fob.standalone.."))
        .and(DescribedPredicate.not(resideInAPackage(service)));
  }
}
