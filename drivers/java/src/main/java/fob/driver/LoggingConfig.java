package fob.driver;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sends java.util.logging to the log, with the level before the text. The JDK makes an instance
 * when the function logs for the first time: the property {@code java.util.logging.config.class}.
 */
public final class LoggingConfig {

  /** Makes the root logger write to System.err. */
  public LoggingConfig() {
    Logger root = LogManager.getLogManager().getLogger("");
    if (root == null) {
      return;
    }
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler console = new ConsoleHandler();
    console.setFormatter(new Line());
    console.setLevel(Level.ALL);
    root.addHandler(console);
    root.setLevel(Level.INFO);
  }

  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord entry) {
      Throwable thrown = entry.getThrown();
      String text = formatMessage(entry) + (thrown == null ? "" : ": " + thrown);
      return level(entry.getLevel()) + " " + text + "\n";
    }

    private static String level(Level level) {
      int value = level.intValue();
      return value >= Level.SEVERE.intValue()
          ? "ERROR"
          : value >= Level.WARNING.intValue()
              ? "WARN"
              : value >= Level.CONFIG.intValue() ? "INFO" : "DEBUG";
    }
  }
}
