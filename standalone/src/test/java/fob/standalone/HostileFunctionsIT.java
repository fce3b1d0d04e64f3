package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In sandboxes of bubblewrap. */
class HostileFunctionsIT extends HostileFunctions {

  /** Soft and hard; -1 is none. */
  private static final String LIMITS =
      "{\"as\":[-1,-1],\"core\":[0,0],\"cpu\":[-1,-1],\"data\":[-1,-1],\"fsize\":[33554432,33554432],"
          + "\"locks\":[-1,-1],\"memlock\":[65536,65536],\"msgqueue\":[8192,8192],\"nice\":[0,0],"
          + "\"nofile\":[1024,1024],\"nproc\":[68,68],\"rss\":[-1,-1],\"rtprio\":[0,0],\"rttime\":[-1,-1],"
          + "\"sigpending\":[1024,1024],\"stack\":[8388608,8388608]}";

  private static final String NONE = "0000000000000000";
  private static final String STATUS =
      ("{'CapAmb':'N','CapBnd':'N','CapEff':'N','CapInh':'N','CapPrm':'N','Gid':'1000 1000 1000 1000',"
              + "'Groups':'','NoNewPrivs':'1','Seccomp':'2','SigBlk':'N','Uid':'1000 1000 1000 1000',"
              + "'Umask':'0022'}")
          .replace("'N'", "'" + NONE + "'")
          .replace('\'', '"');

  /** Signals 13 and 25 are ignored by Python itself; a nice value of 0, no class of its own. */
  private static final String REST =
      "{'cwd':'/tmp','ignored':[13,25],'io':0,'nice':0,'oom':500,'personality':0,'policy':0,"
          .concat("'slack':50000,'terminal':false}")
          .replace('\'', '"');

  HostileFunctionsIT() {
    super("process");
  }

  @Override
  List<String> callsThatArePossible() {
    return List.of();
  }

  @Override
  List<String> outcomesOfTracing() {
    return List.of("Operation not permitted");
  }

  @Test
  void whatAFunctionInheritsIsFobsChoice() {
    // Given a fob that was started with everything odd, by odd_start.py
    String id = fob().register("memory=64&concurrency=2", "inherited.py");

    // When
    JsonNode all = fob().client().call(id, "{}").json().path("result");

    // Then
    assertThat(all.path("limits")).hasToString(LIMITS);
    assertThat(all.path("status")).hasToString(STATUS);
    assertThat(all.path("rest")).hasToString(REST);
    assertThat(all.path("environment").valueStream().map(JsonNode::asText))
        .allMatch(name -> name.matches("PATH|LANG|HOME|TMPDIR|PWD|FOB_[A-Z0-9_]+"))
        .doesNotContain("FOB_SECRET", "FOB_CODE_TOKEN");
    assertThat(all.path("descriptors").valueStream().map(JsonNode::asText))
        .isSubsetOf("/dev/null", "anon_inode", "closed", "pipe", "socket");
    assertThat(HostProcesses.ofFunction(id))
        .isNotEmpty()
        .allSatisfy(driver -> assertThat(processOne(driver)).isEqualTo(Set.of("PATH", "PWD")));
  }

  /**
   * What bubblewrap's process has in its environment, which a function that reaches it could read.
   */
  private static Set<String> processOne(ProcessHandle driver) {
    String environment = HostProcesses.read(driver.parent().orElseThrow(), "environ");
    return Stream.of(environment.split("\0", -1))
        .filter(variable -> !variable.isEmpty())
        .map(variable -> variable.replaceFirst("=.*", ""))
        .collect(Collectors.toSet());
  }
}
