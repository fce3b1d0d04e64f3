package fob.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the right name for a mistyped one. */
public final class Spelling {

  private static final int LETTERS_PER_MISTAKE = 4;

  private Spelling() {}

  /** Returns the most similar known name, if it has at most one mistake in every four letters. */
  public static Optional<String> nearest(String mistyped, Collection<String> known) {
    return known.stream()
        .filter(name -> distance(mistyped, name) <= mistyped.length() / LETTERS_PER_MISTAKE)
        .min(Comparator.comparingInt(name -> distance(mistyped, name)));
  }

  /** Returns how many letters have to be added, removed or replaced (Levenshtein distance). */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
