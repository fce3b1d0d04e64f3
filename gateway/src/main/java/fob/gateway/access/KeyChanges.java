package fob.gateway.access;

import fob.access.AccessKey;
import fob.access.KeyText;
import fob.bus.wire.AccessKeyWire;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes and deletes keys. As long as there are keys, one of them is an admin key that does not
 * expire: nobody could make keys otherwise. A gateway that could not start without a key does not
 * delete the last one. Two gateways may each make a change that is right by itself, and together
 * break a rule. So each change is checked again when Kafka has it, and taken back if a rule does
 * not hold. Thread-safe.
 */
final class KeyChanges {

  private static final int MOST = 1000;

  /** How long a deleted key is remembered, so that its clients hear that it was deleted. */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  private final Keys keys;
  private final Clients clients;
  private final ConfirmedPublisher publisher;

  KeyChanges(Keys keys, Clients clients, ConfirmedPublisher publisher) {
    this.keys = keys;
    this.clients = clients;
    this.publisher = publisher;
  }

  /**
   * @param text of the key; if Kafka does not confirm the key, only the refusal has it
   * @param check throws a {@link Problem} if the client may not do it any more; it runs when the
   *     newest keys are known
   * @throws Problem 422 if the first key is no lasting admin key, or there are too many keys; 503
   *     if Kafka does not confirm it
   */
  synchronized void make(AccessKey key, KeyText text, Runnable check) {
    keys.catchUp();
    check.run();
    forgetOld(key.made());
    List<AccessKey> there = there(_ -> true);
    if (there.size() >= MOST) {
      throw Problem.ofGateway(
          422,
          "too-many-keys",
          "there are %d keys, the most is %d; delete one first".formatted(there.size(), MOST));
    }
    if (!hasAdmin(there) && !key.isLastingAdmin()) {
      throw Problem.ofGateway(
          422,
          "no-admin-key",
          "the first key must have the role admin and must not expire, since from then on only an admin key makes keys; make that one first");
    }
    try {
      publisher.publish(AccessKeyWire.encode(key));
      keys.catchUp();
    } catch (Problem unconfirmed) {
      // If the key is there, nobody else has its text, and without it nobody gets in.
      throw unconfirmed
          .causing(
              "the key may have been made, so keep its text, which is not shown again: %s; once Kafka answers, 401 unknown-key says that it was not made"
                  .formatted(text.text()))
          .header("Cache-Control", "no-store");
    }
    if (!hasAdmin(there(_ -> true))) {
      publisher.publish(AccessKeyWire.forget(key.id()));
      throw Problem.ofGateway(
          409,
          "no-admin-key",
          "the last admin key was deleted at the same time, so this key was not made; make an admin key first");
    }
  }

  /**
   * @param by who deletes it
   * @param check as {@link #make}
   * @throws Problem 409 if it is the last lasting admin key and there are others, or the last key
   *     and this gateway needs one
   */
  synchronized void delete(AccessKey key, Instant now, String by, Runnable check) {
    keys.catchUp();
    check.run();
    problem(there(other -> !other.id().equals(key.id())))
        .ifPresent(problem -> {
          throw problem;
        });
    publisher.publish(AccessKeyWire.encode(key.revoke(now, by)));
    keys.catchUp();
    Optional<Problem> problem = problem(there(_ -> true));
    if (problem.isPresent()) {
      publisher.publish(AccessKeyWire.encode(key));
      keys.catchUp();
      throw problem.get();
    }
  }

  /** Why these may not be all keys that are left; empty if they may. */
  private Optional<Problem> problem(List<AccessKey> left) {
    if (left.isEmpty()) {
      return clients.mayBeWithoutKeys() ? Optional.empty() : Optional.of(clients.lastKey());
    }
    return hasAdmin(left)
        ? Optional.empty()
        : Optional.of(
            Problem.ofGateway(
                409,
                "last-admin-key",
                "this is the last key with the role admin that does not expire, and there are other keys; delete these first, or make another such key"));
  }

  private void forgetOld(Instant now) {
    Instant old = now.minus(REMEMBERED);
    publisher.publish(
        keys.made().stream()
            .filter(key -> key.revoked() != null && key.revoked().at().isBefore(old))
            .map(key -> AccessKeyWire.forget(key.id()))
            .toList());
  }

  /** The keys that were not deleted. */
  private List<AccessKey> there(Predicate<AccessKey> which) {
    return keys.made().stream().filter(key -> !key.isRevoked()).filter(which).toList();
  }

  private boolean hasAdmin(Collection<AccessKey> there) {
    return keys.hasAdmin() || there.stream().anyMatch(AccessKey::isLastingAdmin);
  }
}
