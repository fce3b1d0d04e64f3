package fob.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTest {

  private static final Language PYTHON =
      new Language(
          "python",
          List.of(".py"),
          "python[0-9.]*",
          List.of("(?m)^(async )?def callme\\("),
          List.of(),
          List.of("(?m)^# /// script"),
          List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/usr/bin/python3",
        "#!/usr/bin/env python3\n",
        "#! /usr/bin/env -S python3.11 -I\r\n",
        "#!python\n"
      })
  void anInterpreterIsFoundInTheFirstLine(String text) {
    assertThat(PYTHON.hasShebangOf(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/usr/bin/pythonic",
        "#!/bin/sh python3\n",
        "\n#!/usr/bin/python3",
        "# python3",
        "#!",
        "#!/usr/bin/env\npython3"
      })
  void otherTextsNameNoInterpreterOfTheLanguage(String text) {
    assertThat(PYTHON.hasShebangOf(text)).isFalse();
  }

  @Test
  void signsAndDeclarationsAreFoundAtTheBeginningOfAnyLine() {
    assertThat(PYTHON.hasSignIn("import x\nasync def callme(a):\n")).isTrue();
    assertThat(PYTHON.hasSignIn("  def callme(a):\n")).isFalse();
    assertThat(PYTHON.mayDeclareIn("x = 1\n# /// script\n")).isTrue();
    assertThat(PYTHON.mayDeclareIn("x = 1\n")).isFalse();
  }

  @Test
  void anExpressionThatIsNoneIsRefused() {
    assertThatThrownBy(() ->
            new Language("x", List.of(), "", List.of("(?=a)"), List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
