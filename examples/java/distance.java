import java.util.List;
import java.util.Optional;

/** Records are objects in JSON. An Optional may be missing: {"points": [{"x": 0, "y": 0}, {"x": 3, "y": 4}]} */
public class Distance {

  public record Point(double x, double y) {}

  public record Answer(double length, String unit) {}

  public static Answer callme(List<Point> points, Optional<String> unit) {
    double length = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      length += Math.hypot(to.x() - from.x(), to.y() - from.y());
    }
    return new Answer(length, unit.orElse("m"));
  }
}
