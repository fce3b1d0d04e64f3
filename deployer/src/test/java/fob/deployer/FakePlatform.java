package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A platform that runs nothing and records the calls of its methods. */
final class FakePlatform implements Platform {

  private final Map<FunctionId, FunctionSpec> running = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private boolean outlives;
  private boolean broken;
  private boolean needsCode = true;

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String isolation() {
    return "none";
  }

  @Override
  public boolean outlivesDeployer() {
    return outlives;
  }

  /** Sets whether its methods throw. */
  void broken(boolean now) {
    broken = now;
  }

  private static String sha256(CodeSource code) {
    try {
      return code.read().sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets whether it reads the code of functions that it deploys. */
  void needsCode(boolean now) {
    needsCode = now;
  }

  private void requireWorking() {
    if (broken) {
      throw new IllegalStateException("broken on purpose");
    }
  }

  @Override
  public OptionalInt memoryMiB() {
    return OptionalInt.of(1024);
  }

  void outlivesDeployer(boolean now) {
    outlives = now;
  }

  @Override
  public void deployAgain(FunctionSpec spec, CodeSource code, List<Instance> ready) {
    ready.forEach(instance -> told.add("was ready: " + instance.id()));
    deploy(spec, code);
  }

  @Override
  public void deploy(FunctionSpec spec, CodeSource code) {
    requireWorking();
    told.add("deploy " + spec.id() + (needsCode ? " " + sha256(code) : ""));
    running.putIfAbsent(spec.id(), spec);
  }

  @Override
  public void remove(FunctionId id) {
    requireWorking();
    told.add("remove " + id);
    running.remove(id);
  }

  @Override
  public void stop(FunctionId id) {
    told.add("stop " + id);
    running.remove(id);
  }

  @Override
  public void replace(FunctionId id, String instance, String reason) {
    told.add("replace " + id + " " + instance + " " + reason);
  }

  @Override
  public void secretsChanged(FunctionId id) {
    told.add("secrets of " + id);
  }

  @Override
  public void retain(Set<FunctionId> wanted, Set<FunctionId> idle) {
    idle.forEach(id -> told.add("idle " + id));
    running.keySet().retainAll(wanted);
  }

  @Override
  public void release() {
    running.clear();
  }

  Set<FunctionId> deployed() {
    return Set.copyOf(running.keySet());
  }

  List<String> told() {
    return told;
  }

  @Override
  public void close() {
    running.clear();
  }
}
