//DEPS org.apache.commons:commons-text:1.13.0
import org.apache.commons.text.similarity.LevenshteinDistance;

/** How many letters differ: {"left": "kitten", "right": "sitting"} is 3. The line above installs a library. */
int callme(String left, String right) {
  return LevenshteinDistance.getDefaultInstance().apply(left, right);
}
