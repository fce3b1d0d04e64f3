package fob.fakemarathon;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code id}, {@code cmd} and {@code label} parameters of {@code GET /v2/apps}. */
final class AppFilter {

  private static final Pattern SELECTOR =
      Pattern.compile(
          "\\s*([^\\s!=,]+)\\s*(?:(==|!=)\\s*([^\\s,]+)|(in|notin)\\s*\\(([^)]*)\\))?\\s*(?:,|$)");

  private AppFilter() {}

  static Predicate<App> of(Request request) {
    Predicate<App> filter = app -> true;
    for (String id : request.all("id")) {
      filter = filter.and(app -> contains(app.id(), id));
    }
    for (String cmd : request.all("cmd")) {
      filter = filter.and(app -> contains(app.spec().path("cmd").asText(), cmd));
    }
    for (String label : request.all("label")) {
      filter = filter.and(labels(label));
    }
    return filter;
  }

  private static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static Predicate<App> labels(String selectors) {
    Predicate<App> filter = app -> true;
    Matcher matcher = SELECTOR.matcher(selectors);
    int end = 0;
    while (end < selectors.length() && matcher.find(end) && matcher.start() == end) {
      filter = filter.and(selector(matcher));
      end = matcher.end();
    }
    if (end < selectors.length()) {
      throw Refusal.of(422, "Can not parse label selector '" + selectors + "' at position " + end);
    }
    return filter;
  }

  private static Predicate<App> selector(Matcher matcher) {
    String name = matcher.group(1);
    String operator = matcher.group(2) != null ? matcher.group(2) : matcher.group(4);
    if (operator == null) {
      return app -> app.spec().path("labels").has(name);
    }
    boolean wanted = operator.equals("==") || operator.equals("in");
    String text = matcher.group(3) != null ? matcher.group(3) : matcher.group(5);
    List<String> values = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    return app -> {
      String value = app.spec().path("labels").path(name).asText(null);
      return value != null && values.contains(value) == wanted;
    };
  }
}
