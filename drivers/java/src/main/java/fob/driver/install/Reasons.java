package fob.driver.install;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.collection.UnsolvableVersionConflictException;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.spi.connector.transport.http.HttpTransporterException;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ArtifactTransferException;
import org.eclipse.aether.transfer.ChecksumFailureException;
import org.jspecify.annotations.Nullable;

/** Says why artifacts could not be found or downloaded. */
record Reasons(Repository repository, String url) {

  private static final int MOST_VERSIONS = 10;

  Problem of(Exception failure) {
    List<Throwable> all = new ArrayList<>();
    addAll(failure, all, Collections.newSetFromMap(new IdentityHashMap<>()));
    if (all.stream().anyMatch(e -> String.valueOf(e.getMessage()).contains("No space left"))) {
      return new Problem("the dependencies need more space than they may have", failure);
    }
    Optional<ArtifactTransferException> transfer =
        all.stream()
            .filter(ArtifactTransferException.class::isInstance)
            .filter(e -> !(e instanceof ArtifactNotFoundException))
            .map(ArtifactTransferException.class::cast)
            .findFirst();
    if (transfer.isPresent()) {
      return notTransferred(transfer.get());
    }
    for (Throwable each : all) {
      if (each instanceof ArtifactNotFoundException missing && missing.getArtifact() != null) {
        return missing(missing.getArtifact());
      }
    }
    Throwable last = all.getLast();
    String what =
        last instanceof UnsolvableVersionConflictException
            ? "the versions of the dependencies conflict: "
            : "the dependencies cannot be found: ";
    return new Problem(what + firstLine(last), failure);
  }

  private static void addAll(
      @Nullable Throwable failure, List<Throwable> all, Set<Throwable> seen) {
    if (failure == null || !seen.add(failure)) {
      return;
    }
    all.add(failure);
    addAll(failure.getCause(), all, seen);
    Collection<? extends Throwable> more =
        switch (failure) {
          case ArtifactResolutionException e ->
              e.getResults().stream().flatMap(result -> result.getExceptions().stream()).toList();
          case DependencyCollectionException e -> e.getResult().getExceptions();
          default -> List.of();
        };
    more.forEach(each -> addAll(each, all, seen));
  }

  private Problem notTransferred(ArtifactTransferException failure) {
    Artifact artifact = failure.getArtifact();
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
      if (cause instanceof ChecksumFailureException checksum) {
        return new Problem(
            "the file of %s does not match its checksum in the repository %s: %s"
                .formatted(name(artifact), place(), firstLine(checksum)),
            failure);
      }
      if (cause instanceof HttpTransporterException http) {
        return new Problem(
            "the repository %s has answered HTTP status %d for %s"
                .formatted(place(), http.getStatusCode(), name(artifact)),
            failure);
      }
    }
    return new Problem(
        "the repository %s cannot be reached: %s".formatted(place(), firstLine(cause)), failure);
  }

  private Problem missing(Artifact artifact) {
    String name = artifact.getGroupId() + ":" + artifact.getArtifactId();
    List<String> versions = repository.versions(artifact);
    if (versions.isEmpty()) {
      return new Problem("there is no artifact " + name + " in the repository " + place());
    }
    if (!versions.contains(artifact.getVersion())) {
      int first = Math.max(0, versions.size() - MOST_VERSIONS);
      return new Problem(
          "there is no version " + artifact.getVersion() + " of " + name,
          List.of(
              "the newest are: " + String.join(", ", versions.subList(first, versions.size()))));
    }
    String classifier = artifact.getClassifier();
    return new Problem(
        "%s %s has no file %s"
            .formatted(
                name,
                artifact.getVersion(),
                (classifier.isEmpty() ? "" : "with the classifier " + classifier + " ")
                    + "of the type "
                    + artifact.getExtension()));
  }

  private static String name(@Nullable Artifact artifact) {
    return artifact == null
        ? "an artifact"
        : artifact.getGroupId() + ":" + artifact.getArtifactId() + " " + artifact.getVersion();
  }

  private String place() {
    String host = URI.create(url).getAuthority();
    return host == null ? url : host;
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
