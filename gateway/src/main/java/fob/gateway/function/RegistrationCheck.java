package fob.gateway.function;

import fob.bus.wire.PartChoice;
import fob.bus.wire.Topics;
import fob.function.FunctionName;
import fob.function.Language;
import fob.function.PlatformInfo;
import fob.gateway.http.Problem;
import fob.gateway.upload.Wanted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses registrations whose functions could never run on this platform and this Kafka cluster.
 * Thread-safe.
 *
 * @param parts knows how many partitions the topics of calls have
 */
record RegistrationCheck(Functions functions, PartChoice parts) {

  /** The record of so many has some 100 KB. */
  private static final int MOST_VERSIONS = 2_000;

  /**
   * Returns what the upload may be.
   *
   * @throws Problem 422 if no function with these settings can run here, 503 if that is not known
   */
  Wanted wanted(RegistrationSettings settings) {
    PlatformInfo platform =
        functions
            .platform()
            .orElseThrow(() ->
                Problem.ofGateway(
                        503,
                        "no-deployer",
                        "no deployer has run on this bus yet, so no language is known; start one")
                    .header("Retry-After", "5"));
    String language = settings.language();
    List<Language> languages =
        language == null
            ? platform.languages()
            : List.of(platform.language(language).orElseThrow(() -> unknown(language, platform)));
    platform
        .refusalOfImage(settings.upload().image())
        .ifPresent(why -> {
          throw Problem.ofGateway(422, "no-images", why);
        });
    platform
        .refusal(settings.limits())
        .ifPresent(why -> {
          throw Problem.ofGateway(422, "over-capacity", why);
        });
    requirePartitions(settings.limits().spread());
    requireRoom(settings.name());
    return new Wanted(languages, language != null, settings.upload());
  }

  private void requirePartitions(int spread) {
    if (spread > 1 && spread > parts.partitions(Topics.CALL.name())) {
      throw Problem.ofGateway(
          422,
          "over-capacity",
          "spread=%d is more than the %d partitions that the topics of calls have here (FOB_PARTITIONS when they were made); give the function a smaller spread"
              .formatted(spread, parts.partitions(Topics.CALL.name())));
    }
  }

  /** All versions of a name are in one record, whose size is bounded. */
  private void requireRoom(@Nullable FunctionName name) {
    if (name == null) {
      return;
    }
    long versions =
        functions.all().stream().filter(state -> name.equals(state.spec().name())).count();
    if (versions >= MOST_VERSIONS) {
      throw Problem.ofGateway(
          422,
          "too-many-versions",
          "'%s' has %d versions, and a name can have as many; old ones are removed by themselves after their max-age and timeout, or by DELETE /api/gen/%s@NUMBER"
              .formatted(name, MOST_VERSIONS, name));
    }
  }

  private static Problem unknown(String language, PlatformInfo platform) {
    return Problem.ofGateway(
        422,
        "unknown-language",
        "there is no driver for lang='%s'; there are drivers for %s"
            .formatted(language, platform.languageNames()));
  }
}
