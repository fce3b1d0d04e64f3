package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppRulesTest {

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> paths(List<Problem> problems) {
    return problems.stream().map(Problem::path).distinct().toList();
  }

  @Test
  void anAppAsFobMakesThemIsFine() {
    // Given
    ObjectNode app = checked("/fob/fn/acme/f-thumb-1a2b3c4d");
    app.setAll(
        (ObjectNode)
            json(
                """
                {"args":["serve"],"user":"nobody","cpus":0.1,"mem":128,"disk":64,
                 "fetch":[{"uri":"http://code/x","extract":false}],
                 "labels":{"fob.owner":"d"},"backoffSeconds":2,"backoffFactor":2,
                 "upgradeStrategy":{"minimumHealthCapacity":1,"maximumOverCapacity":1},
                 "taskKillGracePeriodSeconds":10,"killSelection":"YOUNGEST_FIRST",
                 "unreachableStrategy":{"inactiveAfterSeconds":0,"expungeAfterSeconds":0},
                 "acceptedResourceRoles":["*"],"constraints":[["hostname","MAX_PER","2"]]}
                """));

    // When
    List<Problem> problems = AppRules.check(app);

    // Then
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'cmd':'a b','args':['c']}                                      | /",
        "{'cmd':'x'}                                                     | /cmd",
        "{'cpus':0.0001}                                                 | /cpus",
        "{'resourceLimits':{'mem':64}}                                   | /resourceLimits/mem",
        "{'backoffFactor':0.5}                                           | /backoffFactor",
        "{'upgradeStrategy':{'maximumOverCapacity':2}}                   | /upgradeStrategy/maximumOverCapacity",
        "{'labels':{'MARATHON_SINGLE_INSTANCE_APP':'true'}}              | /upgradeStrategy",
        "{'networks':[{'mode':'container/bridge'},{'mode':'host'}]}      | /networks",
        "{'networks':[{'mode':'container'}]}                             | /networks(0)",
        "{'networks':[{'mode':'nat'}]}                                   | /networks(0)/mode",
        "{'env':{'A':{'secret':'s'}},'secrets':{'t':{'source':'x'}}}     | /env/A",
        "{'env':{'A':1}}                                                 | /env/A",
        "{'constraints':[['hostname','NEAR']]}                           | /constraints(0)",
        "{'constraints':[['hostname','MAX_PER','x']]}                    | /constraints(0)",
        "{'constraints':[['hostname','UNIQUE','x']]}                     | /constraints(0)",
        "{'acceptedResourceRoles':['slave_public']}                      | /acceptedResourceRoles",
        "{'acceptedResourceRoles':[]}                                    | /acceptedResourceRoles",
        "{'role':'other'}                                                | /role",
        "{'killSelection':'ALL'}                                         | /killSelection",
        "{'unreachableStrategy':{'inactiveAfterSeconds':9,'expungeAfterSeconds':1}} | /unreachableStrategy",
        "{'fetch':[{'uri':''}]}                                          | /fetch(0)/uri",
        "{'healthChecks':[{'protocol':'PING'}]}                          | /healthChecks(0)/protocol",
        "{'healthChecks':[{'protocol':'MESOS_HTTP','portIndex':1}]}      | /healthChecks(0)/portIndex",
        "{'healthChecks':[{'protocol':'MESOS_TCP'},{'protocol':'MESOS_HTTP'}]} | /healthChecks",
        "{'readinessChecks':[{'timeoutSeconds':30}]}                     | /readinessChecks(0)/timeoutSeconds",
        "{'dependencies':['/A']}                                         | /dependencies",
        "{'container':{'docker':{'image':''}}}                           | /container/docker/image",
        "{'container':{'docker':{'image':'i','credential':{}}}}          | /container/docker/credential",
        "{'container':{'type':'MESOS','docker':{'image':'i','parameters':[{'key':'a','value':'b'}]}}} | /container/docker/parameters",
        "{'container':{'docker':{'image':'i'},'portMappings':[{'name':'A'}]}} | /container/portMappings(0)/name",
        "{'container':{'docker':{'image':'i'},'portMappings':[{'hostPort':70000}]}} | /container/portMappings(0)/hostPort",
        "{'instances':'2'}                                               | /instances",
        "{'labels':{'a':1}}                                              | /labels/a",
        "{'args':'serve'}                                                | /args",
        "{'healthChecks':[{'intervalSeconds':0.5}]}                      | /healthChecks(0)/intervalSeconds"
      })
  void eachRuleIsHeldAndSaysWhere(String change, String path) {
    // Given
    ObjectNode app = checked("/a");
    app.setAll((ObjectNode) json(change));

    // When
    List<Problem> problems = AppRules.check(app, new AppRules.Setting("*", true));

    // Then
    assertThat(paths(problems)).contains(path);
  }

  @Test
  void groupsAreCheckedWithTheirAppsAndDependencies() {
    // Given
    ObjectNode group =
        (ObjectNode)
            json(
                """
                {"id":"/g","apps":[
                  {"id":"a","cmd":"sleep 1","dependencies":["b"]},
                  {"id":"b","cmd":"sleep 1","dependencies":["/g/a"]},
                  {"id":"c"},
                  {"id":"/elsewhere","cmd":"sleep 1"}]}
                """);

    // When
    List<Problem> problems = AppRules.checkGroup(group, AppRules.Setting.PLAIN);

    // Then
    assertThat(paths(problems)).containsExactlyInAnyOrder("/", "/apps(2)", "/apps(3)/id");
    assertThat(problems.getLast().message()).contains("cyclic dependencies");
  }

  @Test
  void aGroupsDependenciesAreThoseOfItsApps() {
    // Given
    JsonNode group =
        json(
            """
            {"id":"/g","groups":[
              {"id":"front","dependencies":["/g/back"],"apps":[{"id":"a","cmd":"sleep 1"}]},
              {"id":"back","apps":[
                {"id":"b","cmd":"sleep 1","dependencies":["/g/front/a"]}]}]}
            """);

    // When
    List<Problem> problems = AppRules.checkGroup(group, AppRules.Setting.PLAIN);

    // Then
    assertThat(problems).extracting(Problem::message).singleElement().asString().contains("cyclic");
  }

  @Test
  void aGroupsRoleIsThatOfItsAppsWhereItIsEnforced() {
    // Given
    JsonNode enforcing =
        json(
            """
            {"id":"/g","enforceRole":true,"apps":[
              {"id":"a","cmd":"sleep 1","acceptedResourceRoles":["g"]},
              {"id":"b","cmd":"sleep 1","acceptedResourceRoles":["slave_public"]}]}
            """);

    // When
    List<Problem> problems =
        AppRules.checkGroup(enforcing, new AppRules.Setting("slave_public", false));

    // Then
    assertThat(problems)
        .containsExactly(
            new Problem(
                "/apps(1)/acceptedResourceRoles",
                "acceptedResourceRoles can only contain * and g"));
  }
}
