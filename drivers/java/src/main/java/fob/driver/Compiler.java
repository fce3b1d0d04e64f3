package fob.driver;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.lang.model.element.Modifier;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles the function's code in memory. Used by one thread. */
final class Compiler {

  private static final List<String> OPTIONS =
      List.of("-parameters", "-g", "-proc:none", "-Xlint:none", "-implicit:class");
  private static final int MOST_ERRORS = 10;
  private static final String MAIN = "\nvoid main() {}";

  private final Sources sources;
  private final List<Path> jars;
  private final JavaCompiler javac;

  /**
   * What came of it.
   *
   * @param types the names of the types in the entry file
   * @param classes class files by names
   */
  record Compiled(List<String> types, Map<String, byte[]> classes, List<Path> places) {}

  Compiler(Sources sources, List<Path> jars) throws Failure {
    this.sources = sources;
    this.jars = jars;
    JavaCompiler found = ToolProvider.getSystemJavaCompiler();
    if (found == null) {
      throw Failure.load("NoCompiler", "this Java has no compiler: install a JDK, not a JRE");
    }
    javac = found;
  }

  Compiled compile() throws Failure {
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        javac.getStandardFileManager(problems, Locale.ROOT, null)) {
      Unit unit = parse(files, sources.text());
      List<Path> places = new ArrayList<>();
      Path root = sources.root(unit.packageName);
      if (root != null) {
        places.add(root);
        files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(root));
      }
      places.addAll(jars);
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, jars);
      // In the compact form, the language demands a method main, which a function does not need.
      String text = unit.lacksMain ? sources.text() + MAIN : sources.text();
      MemoryFiles.Output output = new MemoryFiles.Output(files);
      boolean compiled =
          javac
              .getTask(
                  null,
                  output,
                  problems,
                  OPTIONS,
                  null,
                  List.of(new MemoryFiles.Source(sources.fileName(), text)))
              .call();
      if (!compiled) {
        throw failure(problems.getDiagnostics());
      }
      return new Compiled(unit.types, output.classes(), places);
    } catch (IOException e) {
      throw Failure.load("CompileError", "the code cannot be compiled: " + e);
    }
  }

  /** What is known of a file before it is compiled. */
  private record Unit(String packageName, List<String> types, boolean lacksMain) {}

  private Unit parse(StandardJavaFileManager files, String text) throws IOException {
    JavaFileObject source = new MemoryFiles.Source(sources.fileName(), text);
    JavacTask task =
        (JavacTask)
            javac.getTask(null, files, _ -> {}, List.of("-proc:none"), null, List.of(source));
    List<String> types = new ArrayList<>();
    String packageName = "";
    boolean lacksMain = false;
    for (CompilationUnitTree unit : task.parse()) {
      packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
      for (Tree declared : unit.getTypeDecls()) {
        if (declared instanceof ClassTree type) {
          String name = type.getSimpleName().toString();
          types.add(packageName.isEmpty() ? name : packageName + "." + name);
          lacksMain |= isCompact(unit, type, Trees.instance(task)) && !hasMain(type);
        }
      }
    }
    return new Unit(packageName, types, lacksMain);
  }

  /** The class of a compact source file is final, but its source says so nowhere. */
  private static boolean isCompact(CompilationUnitTree unit, ClassTree type, Trees trees) {
    return type.getModifiers().getFlags().contains(Modifier.FINAL)
        && trees.getSourcePositions().getStartPosition(unit, type.getModifiers()) < 0;
  }

  private static boolean hasMain(ClassTree type) {
    return type.getMembers().stream()
        .anyMatch(member -> member instanceof MethodTree m && m.getName().contentEquals("main"));
  }

  private Failure failure(List<Diagnostic<? extends JavaFileObject>> problems) {
    List<String> lines = new ArrayList<>();
    String message = "";
    int errors = 0;
    for (Diagnostic<? extends JavaFileObject> problem : problems) {
      if (problem.getKind() != Diagnostic.Kind.ERROR) {
        continue;
      }
      String said = where(problem) + problem.getMessage(Locale.ROOT);
      message = errors == 0 ? said : message;
      if (errors++ < MOST_ERRORS) {
        lines.addAll(List.of(said.split("\n", -1)));
        addLine(lines, problem);
      }
    }
    String more = errors > 1 ? " (and " + (errors - 1) + " more)" : "";
    return new Failure(
        502, "failed", message + more, Map.of("type", "CompileError", "stack", lines));
  }

  private static String where(Diagnostic<? extends JavaFileObject> problem) {
    JavaFileObject file = problem.getSource();
    return file == null ? "" : fileName(file) + ":" + problem.getLineNumber() + ": ";
  }

  private static String fileName(JavaFileObject file) {
    String path = file.getName();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void addLine(List<String> lines, Diagnostic<? extends JavaFileObject> problem) {
    JavaFileObject file = problem.getSource();
    String line = file == null ? "" : sources.line(fileName(file), (int) problem.getLineNumber());
    if (!line.isEmpty()) {
      lines.add("    " + line);
    }
  }
}
