package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.gateway.access.AccessConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the first key on requests need keys, and there is always a key that can make others. */
@Timeout(120)
class FirstKeyIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void otherMachinesAreServedOnlyWithKeys(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      // Given
      GatewayConfig config = GatewayConfig.standard(fob.settings, "0.0.0.0", 0);
      try (Gateway refused = Gateway.listen(config)) {

        // When / Then
        assertThatThrownBy(() -> refused.connect(new Bus(fob.settings)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContainingAll(
                "listens on 0.0.0.0",
                "no key was made",
                "127.0.0.1",
                "FOB_ADMIN_KEY",
                "--insecure");
      }

      // When
      Answer key = Keys.make(fob.client, Keys.ADMIN);
      Gateway gateway = fob.add(Gateway.listen(config));
      gateway.connect(new Bus(fob.settings));

      // Then
      FobClient here = fob.add(client("127.0.0.1", gateway));
      FobClient elsewhere = fob.add(client(otherAddress(), gateway));
      FobClient admin = fob.add(elsewhere.withKey(key.at("/key")));
      assertProblem(elsewhere.get("/api/stats"), 401, "gateway", "no-key");
      assertThat(admin.get("/api/stats").status()).isEqualTo(200);

      // When
      FobClient loopback = fob.add(fob.client.withKey(key.at("/key")));
      assertThat(delete(loopback, key).status()).isEqualTo(204);

      // Then
      await().atMost(SOON).until(() -> elsewhere.get("/api/stats").status() == 403);
      assertProblem(elsewhere.get("/api/stats"), 403, "gateway", "no-key-made");
      assertProblem(elsewhere.post("/api/keys", Keys.ADMIN), 403, "gateway", "no-key-made");
      assertThat(here.get("/api/stats").status()).isEqualTo(200);
      assertThat(elsewhere.get("/readyz").status()).isNotEqualTo(403);

      // When
      AccessConfig insecure = AccessConfig.NONE.withInsecure(true);
      Gateway open = fob.add(Gateway.listen(config.withAccess(insecure)));
      open.connect(new Bus(fob.settings));

      // Then
      FobClient anybody = fob.add(client(otherAddress(), open));
      assertThat(anybody.get("/api/stats").status()).isEqualTo(200);
    }
  }

  @Test
  void gatewayThatNeedsKeysDoesNotDeleteTheLastOne(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      // Given
      Answer key = Keys.make(fob.client, Keys.ADMIN);
      for (String host : List.of("0.0.0.0", otherAddress())) {
        Gateway gateway = fob.add(Gateway.listen(GatewayConfig.standard(fob.settings, host, 0)));
        gateway.connect(new Bus(fob.settings));
        FobClient admin = with(fob, fob.add(client(otherAddress(), gateway)), key);

        // When
        Answer refused = delete(admin, key);

        // Then
        assertProblem(refused, 409, "gateway", "last-key");
        assertThat(refused.at("/detail")).contains("listens on " + host, "POST /api/keys");

        // When
        Answer next = Keys.make(admin, Keys.ADMIN);

        // Then
        assertThat(delete(admin, key).status()).isEqualTo(204);
        key = next;
      }

      // When
      Gateway insecure =
          fob.add(
              Gateway.listen(
                  GatewayConfig.standard(fob.settings, otherAddress(), 0)
                      .withAccess(AccessConfig.NONE.withInsecure(true))));
      insecure.connect(new Bus(fob.settings));
      FobClient admin = with(fob, fob.add(client(otherAddress(), insecure)), key);

      // Then
      assertThat(delete(admin, key).status()).isEqualTo(204);
    }
  }

  private static FobClient client(String host, Gateway gateway) {
    return new FobClient(URI.create("http://" + host + ":" + gateway.port()));
  }

  /** An address of this machine that is no loopback address. */
  private static String otherAddress() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(address -> !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void twoGatewaysNeverDeleteTheLastTwoAdminKeysTogether(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      // Given
      Gateway second =
          fob.add(Gateway.listen(GatewayConfig.standard(fob.settings, "127.0.0.1", 0)));
      second.connect(new Bus(fob.settings));
      FobClient here = fob.client;
      FobClient there = fob.add(client("127.0.0.1", second));
      Answer one = Keys.make(here, Keys.ADMIN);
      Keys.make(with(fob, here, one), "{\"name\":\"a\",\"role\":\"call\"}");
      for (int i = 0; i < 10; i++) {
        Answer two = Keys.make(with(fob, here, one), Keys.ADMIN);
        FobClient deletesOne = with(fob, here, two);
        FobClient deletesTwo = with(fob, there, one);
        assertThat(with(fob, there, two).get("/api/keys").status()).isEqualTo(200);

        // When
        List<Answer> deletions;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          Answer first = one;
          Future<Answer> atHere = threads.submit(() -> delete(deletesOne, first));
          Future<Answer> atThere = threads.submit(() -> delete(deletesTwo, two));
          deletions = List.of(atHere.get(), atThere.get());
        }

        // Then
        assertThat(deletions).extracting(Answer::status).isSubsetOf(204, 401, 409);
        List<Answer> left =
            Stream.of(one, two)
                .filter(key -> with(fob, here, key).get("/api/keys").status() == 200)
                .toList();
        assertThat(left).as(deletions.toString()).isNotEmpty();
        one = left.getFirst();
        if (left.size() == 2) {
          assertThat(delete(with(fob, here, one), two).status()).isEqualTo(204);
        }
      }
    }
  }

  private static FobClient with(FobInParts fob, FobClient client, Answer key) {
    return fob.add(client.withKey(key.at("/key")));
  }

  private static Answer delete(FobClient client, Answer key) {
    return client.delete("/api/keys/" + key.at("/id"));
  }

  @Test
  void ofManyFirstKeysAtOnceOneIsMade(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      Callable<Answer> make = () -> fob.client.post("/api/keys", Keys.ADMIN);

      // When
      List<Integer> statuses = new ArrayList<>();
      for (Future<Answer> made : threads.invokeAll(Collections.nCopies(8, make))) {
        statuses.add(made.get().status());
      }

      // Then
      assertThat(statuses).containsOnlyOnce(201).contains(401).containsOnly(201, 401);
    }
  }

  @Test
  void theFirstKeyIsAnAdminKeyAndTheLastOneToo(@TempDir Path dir) throws Exception {
    try (FobInParts fob = new FobInParts(dir)) {
      // Given
      FobClient nobody = fob.client;
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);
      assertThat(nobody.get("/api/stats", "Authorization", "Bearer x").status()).isEqualTo(200);
      assertThat(nobody.get("/api/keys").text()).isEqualTo("{\"keys\":[]}");

      // When / Then
      assertProblem(
          nobody.post("/api/keys", "{\"name\":\"a\",\"role\":\"deploy\"}"),
          422,
          "gateway",
          "no-admin-key");
      assertProblem(
          nobody.post("/api/keys", "{\"name\":\"a\",\"role\":\"admin\",\"expires\":\"24h\"}"),
          422,
          "gateway",
          "no-admin-key");
      assertProblem(nobody.post("/api/keys", "{}"), 400, "gateway", "bad-request");
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);

      // When
      Answer first = Keys.make(nobody, Keys.ADMIN);

      // Then
      assertProblem(nobody.get("/api/stats"), 401, "gateway", "no-key");
      assertProblem(nobody.post("/api/keys", Keys.ADMIN), 401, "gateway", "no-key");
      FobClient admin = fob.add(nobody.withKey(first.at("/key")));
      Answer other = Keys.make(admin, "{\"name\":\"a\",\"role\":\"call\"}");
      String path = "/api/keys/" + first.at("/id");
      assertProblem(admin.delete(path), 409, "gateway", "last-admin-key");

      // When
      Answer second = Keys.make(admin, Keys.ADMIN);
      assertThat(admin.delete(path).status()).isEqualTo(204);

      // Then
      assertProblem(admin.get("/api/keys"), 401, "gateway", "revoked-key");
      FobClient next = fob.add(nobody.withKey(second.at("/key")));
      assertThat(next.delete("/api/keys/" + other.at("/id")).status()).isEqualTo(204);
      assertThat(next.delete("/api/keys/" + second.at("/id")).status()).isEqualTo(204);
      assertThat(nobody.get("/api/stats").status()).isEqualTo(200);
    }
  }
}
