String callme(String name) {
  return fixture.Fixture.greet(name);
}
