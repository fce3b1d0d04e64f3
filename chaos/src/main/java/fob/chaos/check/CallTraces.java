package fob.chaos.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The events of a history and the records of a log, grouped by call. */
final class CallTraces {

  private final Map<String, CallTrace> byId = new LinkedHashMap<>();
  private final Map<String, List<Event>> byToken = new LinkedHashMap<>();
  private final Map<String, List<String>> logged = new HashMap<>();
  private final List<Event.FaultInjected> faults = new ArrayList<>();

  CallTraces(List<Event> history, Log log) {
    history.forEach(this::add);
    log.calls().forEach(call -> add(call.id(), call, c -> c.calls));
    log.responses().forEach(response -> add(response.id(), response, c -> c.responses));
    log.dead().forEach(dead -> add(dead.id(), dead, c -> c.dead));
    log.executions().forEach(run -> add(run.id(), run, c -> c.executions));
    log.calls().forEach(call -> ofId(call.id()).token = call.token());
    log.refused().forEach(request -> ofId(request.id()).token = request.token());
    log.calls().forEach(this::addLogged);
    byId.values().forEach(this::join);
  }

  private void add(Event event) {
    switch (event) {
      case Event.Invoked invoked -> addTo(invoked.token(), invoked);
      case Event.Refused refused -> addTo(refused.token(), refused);
      case Event.Unknown unsure -> addTo(unsure.token(), unsure);
      case Event.Accepted accepted -> {
        addTo(accepted.token(), accepted);
        name(accepted.id(), accepted.token());
      }
      case Event.Answered answered -> {
        addTo(answered.token(), answered);
        name(answered.id(), answered.token());
      }
      case Event.LookedUp lookUp -> add(lookUp.id(), lookUp, c -> c.lookUps);
      case Event.FaultInjected fault -> faults.add(fault);
    }
  }

  private void addLogged(Log.Call call) {
    List<String> ids = logged.computeIfAbsent(call.token(), _ -> new ArrayList<>());
    if (!ids.contains(call.id())) {
      ids.add(call.id());
    }
  }

  private void addTo(String token, Event event) {
    byToken.computeIfAbsent(token, _ -> new ArrayList<>()).add(event);
  }

  private void name(String id, String token) {
    CallTrace named = ofId(id);
    if (named.token == null) {
      named.token = token;
    }
  }

  private <T> void add(String id, T what, Function<CallTrace, List<T>> list) {
    list.apply(ofId(id)).add(what);
  }

  private CallTrace ofId(String id) {
    return byId.computeIfAbsent(id, CallTrace::new);
  }

  private void join(CallTrace trace) {
    String token = trace.token;
    if (token == null) {
      return;
    }
    for (Event event : ofToken(token)) {
      switch (event) {
        case Event.Invoked invoked -> trace.invoked.add(invoked);
        case Event.Accepted accepted when !accepted.id().equals(trace.id) -> {}
        case Event.Answered answered when !answered.id().equals(trace.id) -> {}
        default -> trace.replies.add(event);
      }
    }
  }

  Collection<CallTrace> all() {
    return byId.values();
  }

  Map<String, List<Event>> tokens() {
    return byToken;
  }

  List<Event> ofToken(String token) {
    return byToken.getOrDefault(token, List.of());
  }

  /** Returns the ids of all calls in the log whose payload has this token. */
  List<String> idsOf(String token) {
    return logged.getOrDefault(token, List.of());
  }

  List<Event.FaultInjected> faults() {
    return faults;
  }
}
