package fob.fakemarathon;

import fob.fakemarathon.Client.Reply;

/** One fake Marathon with scripted tasks, and a client for it. */
final class MarathonFixture implements AutoCloseable {

  final ScriptedTasks tasks = ScriptedTasks.healthy();
  final FakeMarathon marathon;
  final Client client;

  MarathonFixture() {
    this(new MarathonOptions());
  }

  MarathonFixture(MarathonOptions options) {
    marathon = FakeMarathon.start(options.tasks(tasks));
    client = new Client(marathon.url());
  }

  Reply create(Object app) {
    return client.post("/v2/apps", app.toString());
  }

  EventLog events(String... types) {
    return EventLog.open(marathon.url(), types);
  }

  @Override
  public void close() {
    client.close();
    marathon.close();
  }
}
