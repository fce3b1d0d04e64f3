package fob.deployer.marathon.api;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.marathon.api.MarathonHttp.Answer;
import fob.deployer.marathon.body.ReplyBody;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorRepliesTest {

  private static WriteResult outcome(int status, String body) {
    return ErrorReplies.outcome(
        new Answer(
            status,
            ReplyBody.lenient(body.getBytes(StandardCharsets.UTF_8)),
            Optional.of("from-the-header"),
            Optional.empty()));
  }

  @Test
  void theDeploymentIsInTheBodyOrInTheHeader() {
    assertThat(outcome(200, "{\"version\":\"v\",\"deploymentId\":\"d\"}"))
        .isEqualTo(new WriteResult.Accepted("d"));
    assertThat(outcome(201, "{\"id\":\"/a\"}"))
        .isEqualTo(new WriteResult.Accepted("from-the-header"));
    assertThat(outcome(202, "")).isInstanceOf(WriteResult.Accepted.class);
  }

  @Test
  void theTwoConflictsAreToldApart() {
    assertThat(outcome(409, "{\"message\":\"An app with id [/a] already exists.\"}"))
        .isEqualTo(new WriteResult.Exists());
    assertThat(
            outcome(
                409,
                "{\"message\":\"App is locked by one or more deployments.\",\"deployments\":[{\"id\":\"d\"}]}"))
        .isEqualTo(new WriteResult.Locked());
  }

  @Test
  void theTwoForbiddensAreToldApart() {
    assertThat(
            outcome(
                403, "{\"message\":\"Max number (100) of running deployments is achieved. …\"}"))
        .isEqualTo(new WriteResult.Full());
    assertThat(outcome(403, "{\"message\":\"Not authorized\"}"))
        .isInstanceOfSatisfying(
            WriteResult.Refused.class,
            refused -> assertThat(refused.why()).contains("Not authorized", "FOB_MARATHON_GROUP"));
    assertThat(outcome(401, ""))
        .isInstanceOfSatisfying(
            WriteResult.Refused.class,
            refused -> assertThat(refused.why()).contains("credentials"));
  }

  @Test
  void detailsAreSaidWhetherTextOrList() {
    assertThat(
            outcome(
                422,
                "{\"message\":\"Object is not valid\",\"details\":[{\"path\":\"/cpus\",\"errors\":[\"too small\",\"odd\"]},{\"path\":\"/id\",\"errors\":[\"bad\"]}]}"))
        .isEqualTo(
            new WriteResult.Refused(
                "Marathon answered 422: Object is not valid (/cpus: too small, odd; /id: bad)"));
    assertThat(outcome(400, "{\"message\":\"Invalid JSON\",\"details\":\"at line 1\"}"))
        .isEqualTo(new WriteResult.Refused("Marathon answered 400: Invalid JSON (at line 1)"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatMayHaveBeenDoneIsUnclear(int status) {
    assertThat(outcome(status, "<html>Bad Gateway</html>"))
        .isEqualTo(new WriteResult.Unclear("Marathon answered " + status));
  }
}
