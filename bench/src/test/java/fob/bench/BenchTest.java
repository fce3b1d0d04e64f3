package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchTest {

  private static final int WRONG_ARGUMENTS = 2;

  private final StringWriter err = new StringWriter();
  private final CommandLine line = new CommandLine(new Bench()).setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource({
    "--invokers=0, from 1 to 8",
    "--slow-call=601, from 0 to 600",
    "--slow-call=-1, from 0 to 600",
    "--rate=-1, from 0 to 100000",
    "--flood=1000001, from 0 to 1000000",
    "--rounds=0, from 1 to 100",
    "--payload=900001, from 1 to 900000",
    "--sleep=10001, from 0 to 10000",
    "--density=4001, from 0 to 4000",
    "--idle=-1, from 0 to 600"
  })
  void valueOutOfItsRangeIsRefusedBeforeAnythingStarts(String option, String range) {
    assertThat(line.execute(option)).isEqualTo(WRONG_ARGUMENTS);
    assertThat(err.toString()).contains(option + ": expected a number " + range);
  }

  @Test
  void profileOfAnUnknownKindIsRefused() {
    assertThat(line.execute("--profile=profile.svg")).isEqualTo(WRONG_ARGUMENTS);
    assertThat(err.toString())
        .contains("--profile=profile.svg: expected a file whose name ends in .html or .jfr");
  }

  @Test
  void listIsCheckedToItsEnd() {
    assertThat(line.execute("--invokers=1,2,9")).isEqualTo(WRONG_ARGUMENTS);
    assertThat(err.toString()).contains("--invokers=9: expected a number from 1 to 8");
  }
}
