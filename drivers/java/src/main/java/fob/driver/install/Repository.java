package fob.driver.install;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.jspecify.annotations.Nullable;

/** The repository that artifacts come from. The files are in a local directory. */
final class Repository implements AutoCloseable {

  private static final String CENTRAL = "https://repo.maven.apache.org/maven2";
  private static final Set<String> SCHEMES = Set.of("http", "https", "file");
  private static final String SCOPE =
      "compile"; // what it needs has the scope compile or runtime then
  private static final String ALL_VERSIONS = "(,)";

  private final RepositorySystem system;
  private final RepositorySystemSession.CloseableSession session;
  private final RemoteRepository remote;

  /**
   * Opens a repository.
   *
   * @param url null: Maven Central
   */
  Repository(Path local, @Nullable String url) throws Problem {
    remote = remote(url == null ? CENTRAL : url);
    system = new RepositorySystemSupplier().get();
    session =
        new SessionBuilderSupplier(system)
            .get()
            .setSystemProperties(
                System.getProperties()) // POMs see no environment, it has a password
            .withLocalRepositoryBaseDirectories(local)
            .setIgnoreArtifactDescriptorRepositories(true) // the operator chooses the repository
            .setConfigProperties(
                Map.of(
                    ConfigurationProperties.CONNECT_TIMEOUT, 10_000,
                    ConfigurationProperties.REQUEST_TIMEOUT, 60_000,
                    ConfigurationProperties.HTTP_RETRY_HANDLER_COUNT, 2,
                    ConfigurationProperties.HTTP_RETRY_HANDLER_INTERVAL, 500L,
                    ConfigurationProperties.HTTP_RETRY_HANDLER_INTERVAL_MAX, 5_000L))
            .setTransferListener(new Progress())
            .build();
  }

  private static RemoteRepository remote(String url) throws Problem {
    try {
      URI uri = new URI(url);
      if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme())) {
        throw new URISyntaxException("", "no scheme");
      }
      String user = uri.getUserInfo();
      if (user == null && String.valueOf(uri.getAuthority()).contains("@")) {
        throw new URISyntaxException("", "its host is no name of the DNS");
      }
      RemoteRepository.Builder builder =
          new RemoteRepository.Builder("central", "default", withoutUser(uri))
              .setReleasePolicy(
                  new RepositoryPolicy(
                      true,
                      RepositoryPolicy.UPDATE_POLICY_ALWAYS,
                      RepositoryPolicy.CHECKSUM_POLICY_FAIL))
              .setSnapshotPolicy(new RepositoryPolicy(false, "", ""));
      if (user != null) {
        String[] parts = user.split(":", 2);
        AuthenticationBuilder authentication = new AuthenticationBuilder().addUsername(parts[0]);
        builder.setAuthentication(
            authentication.addPassword(parts.length > 1 ? parts[1] : "").build());
      }
      return builder.build();
    } catch (URISyntaxException e) { // its message has the URL, which may have a password
      throw new Problem(
          "the operator's FOB_MAVEN_REPOSITORY is not a URL that begins with https:, http: or file:");
    }
  }

  private static String withoutUser(URI uri) throws URISyntaxException {
    return uri.getUserInfo() == null
        ? uri.toString()
        : new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null)
            .toString();
  }

  /** Returns these artifacts and all that they need at run time, as downloaded. */
  List<Artifact> resolve(List<Artifact> declared) throws Problem {
    CollectRequest collect = new CollectRequest().addRepository(remote);
    for (Artifact artifact : declared) {
      collect.addDependency(new Dependency(artifact, SCOPE));
    }
    try {
      return artifacts(
          system
              .resolveDependencies(session, new DependencyRequest(collect, null))
              .getArtifactResults());
    } catch (DependencyResolutionException e) {
      throw new Reasons(this, remote.getUrl()).of(e);
    }
  }

  /** Returns exactly these artifacts, as downloaded, in the same order. */
  List<Artifact> download(List<Artifact> locked) throws Problem {
    List<ArtifactRequest> requests = new ArrayList<>();
    for (Artifact artifact : locked) {
      requests.add(new ArtifactRequest(artifact, List.of(remote), null));
    }
    try {
      return artifacts(system.resolveArtifacts(session, requests));
    } catch (ArtifactResolutionException e) {
      throw new Reasons(this, remote.getUrl()).of(e);
    }
  }

  private static List<Artifact> artifacts(List<ArtifactResult> results) {
    return results.stream().map(ArtifactResult::getArtifact).toList();
  }

  /** Returns the versions of an artifact that the repository lists, the newest last. */
  List<String> versions(Artifact artifact) {
    Artifact any =
        new DefaultArtifact(artifact.getGroupId(), artifact.getArtifactId(), "jar", ALL_VERSIONS);
    try {
      return system
          .resolveVersionRange(session, new VersionRangeRequest(any, List.of(remote), null))
          .getVersions()
          .stream()
          .map(Object::toString)
          .toList();
    } catch (VersionRangeResolutionException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    session.close();
    system.shutdown();
  }

  /** Prints what has been downloaded. */
  private static final class Progress extends AbstractTransferListener {

    @Override
    public void transferSucceeded(TransferEvent event) {
      System.err.println("downloaded " + event.getResource().getResourceName());
    }
  }
}
