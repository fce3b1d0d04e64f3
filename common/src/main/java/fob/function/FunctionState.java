package fob.function;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a function and its status: one record of {@code fob.functions}.
 *
 * @param served whether the version has been ready and has not failed since; see {@link Names}
 * @param lastEnd the last unwanted end of an instance, kept when later instances are ready; null if
 *     no instance has ended
 * @param layer the installed dependencies; null if there are none, or they are not installed yet
 * @param version its place among the versions of its name; null if it has no name, or its deployer
 *     numbers no versions
 * @param schema how it describes itself; null as long as no driver has been asked
 */
public record FunctionState(
    FunctionSpec spec,
    FunctionStatus status,
    boolean served,
    @Nullable LastEnd lastEnd,
    @Nullable Layer layer,
    @Nullable Version version,
    @Nullable FunctionSchema schema) {

  public FunctionState {
    served =
        switch (status) {
          case FunctionStatus.Deploying _, FunctionStatus.Idle _ -> served;
          case FunctionStatus.Ready _ -> true;
          case FunctionStatus.Failed _ -> false;
        };
  }

  /** Creates the state of a version without dependencies. */
  public FunctionState(
      FunctionSpec spec, FunctionStatus status, boolean served, @Nullable LastEnd lastEnd) {
    this(spec, status, served, lastEnd, null, null, null);
  }

  /** Creates the state of a version that was never ready before and had no instance end. */
  public FunctionState(FunctionSpec spec, FunctionStatus status) {
    this(spec, status, false, null);
  }

  /** Returns the same version with a new status. */
  public FunctionState with(FunctionStatus now) {
    return new FunctionState(spec, now, served, lastEnd, layer, version, schema);
  }

  /** Returns the same version after a further unwanted end of an instance. */
  public FunctionState ended(String reason, Instant at) {
    int count = lastEnd == null ? 1 : lastEnd.count() + 1;
    return new FunctionState(
        spec, status, served, new LastEnd(reason, at, count), layer, version, schema);
  }

  /** Returns the same version with installed dependencies. */
  public FunctionState with(Layer installed) {
    return new FunctionState(spec, status, served, lastEnd, installed, version, schema);
  }

  /** Returns the same function with another place among the versions of its name. */
  public FunctionState with(Version place) {
    return new FunctionState(spec, status, served, lastEnd, layer, place, schema);
  }

  /** Returns the same version with its schema. */
  public FunctionState with(FunctionSchema described) {
    return new FunctionState(spec, status, served, lastEnd, layer, version, described);
  }

  /** Returns the same version for those who do not need its schema. */
  public FunctionState withoutSchema() {
    return new FunctionState(spec, status, served, lastEnd, layer, version, null);
  }

  /**
   * Returns after how long without a call its instances are stopped; null: they run always. A
   * version that its name has left is not kept for longer than {@link Limits#keep}, and one that is
   * to be removed no longer than necessary.
   */
  public @Nullable Duration idleAfter() {
    Duration idle = spec.limits().idle();
    if (version == null || version.retired() == null) {
      return idle;
    }
    Duration keep = version.surplus() ? Limits.MIN_IDLE : spec.limits().keep();
    return idle == null || keep.compareTo(idle) < 0 ? keep : idle;
  }
}
