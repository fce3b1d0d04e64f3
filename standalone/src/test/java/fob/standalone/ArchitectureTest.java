package fob.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/** Checks the dependencies in ARCHITECTURE.md, and coding rules that the compiler cannot check. */
class ArchitectureTest {

  private static final String[] SERVICES = {"fob.gateway..", "fob.deployer..", "fob.invoker.."};
  private static final String[] COMMON = {
    "fob.bus..", "fob.call..", "fob.function..", "fob.service.."
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
  void valuesDependOnNothingOfKafkaOrHttp() {
    noClasses()
        .that()
        .resideInAnyPackage("fob.call..", "fob.function..", "fob.service..")
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
        .resideInAPackage("okhttp3..")
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
    requireLayers("fob.gateway", List.of("dead", "call", "result", "function", "publish", "http"));
    requireLayers(
        "fob.deployer.marathon", List.of("cluster", "app", "api", "config", "login", "body"));
  }

  /** A package may use all its sub-packages; a sub-package may use only those after it. */
  private static void requireLayers(String parent, List<String> children) {
    List<String> layers =
        Stream.concat(Stream.of(parent), children.stream().map(child -> parent + "." + child))
            .toList();
    for (int layer = 1; layer < layers.size(); layer++) {
      String name = layers.get(layer);
      assertThat(FOB.stream().anyMatch(type -> type.getPackageName().equals(name)))
          .as("package %s has classes", name)
          .isTrue();
      noClasses()
          .that()
          .resideInAPackage(name)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(layers.subList(0, layer).toArray(String[]::new))
          .check(FOB);
    }
    assertThat(
            FOB.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.equals(parent) || name.startsWith(parent + ".")))
        .as("packages below %s that have a layer", parent)
        .isSubsetOf(layers);
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

  private static DescribedPredicate<JavaClass> areOfAnotherServiceThan(String service) {
    return resideInAPackage("fob.gateway..")
        .or(resideInAPackage("fob.deployer.."))
        .or(resideInAPackage("fob.invoker.."))
        .or(resideInAPackage("fob.standalone.."))
        .and(DescribedPredicate.not(resideInAPackage(service)));
  }
}
