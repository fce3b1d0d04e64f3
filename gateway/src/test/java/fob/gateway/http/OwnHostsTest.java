package fob.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnHostsTest {

  private static OwnHosts at(String bound, String listed) {
    List<String> entries = listed.isEmpty() ? List.of() : OwnHosts.parse(listed);
    return new OwnHosts(InetAddress.ofLiteral(bound), List.of("Heron"), entries);
  }

  @Test
  void gatewayOnAllAddressesIsReachedByEachOfThemAndByTheMachinesName() {
    // When
    OwnHosts hosts = at("0.0.0.0", "");

    // Then
    assertThat(List.of("10.1.2.3", "[2001:db8::1]", "heron", "localhost")).allMatch(hosts::isOwn);
    assertThat(hosts.isOwn("evil.example")).isFalse();
    // Another machine's address, as the origin of a page.
    assertThat(hosts.isThisMachine("10.1.2.3")).isFalse();
  }

  @Test
  void gatewayOnOneAddressIsReachedByThatOne() {
    // When
    OwnHosts hosts = at("10.1.2.3", "");

    // Then
    assertThat(hosts.isOwn("10.1.2.3")).isTrue();
    assertThat(hosts.isOwn("10.1.2.4")).isFalse();
  }

  @Test
  void starStandsForEveryHost() {
    assertThat(at("127.0.0.1", "*").isOwn("evil.example")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "a,,b", "a b", "a:80", "http://a", "*a", "*.", "a.*", "[::1", "é"})
  void listThatIsWrongIsRefused(String list) {
    assertThatThrownBy(() -> OwnHosts.parse(list)).isInstanceOf(IllegalArgumentException.class);
  }
}
