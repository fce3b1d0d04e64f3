package fob.driver;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces calls of System.exit, Runtime.exit and Runtime.halt in class files by calls of {@link
 * ExitAttempt}. Code that finds these methods by reflection can end the process all the same.
 * Thread-safe.
 */
final class ExitGuard {

  private static final ClassDesc ATTEMPT = ClassDesc.of(ExitAttempt.class.getName());
  private static final String RUNTIME = "java/lang/Runtime";
  private static final MethodTypeDesc OF_SYSTEM =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
  private static final MethodTypeDesc OF_RUNTIME =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, ClassDesc.ofInternalName(RUNTIME), ConstantDescs.CD_int);
  private static final byte[][] NAMES = {
    {1, 0, 4, 'e', 'x', 'i', 't'}, {1, 0, 4, 'h', 'a', 'l', 't'}
  };

  private ExitGuard() {}

  /**
   * Returns the class file, changed if necessary.
   *
   * @param classFiles finds the class files of other classes, which the JDK compares
   */
  static byte[] guarded(byte[] classFile, Function<ClassDesc, @Nullable InputStream> classFiles) {
    if (!mentionsExit(classFile)) {
      return classFile;
    }
    ClassHierarchyResolver hierarchy =
        ClassHierarchyResolver.ofResourceParsing(classFiles)
            .orElse(ClassHierarchyResolver.defaultResolver());
    ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
    try {
      return files.transformClass(
          files.parse(classFile), ClassTransform.transformingMethodBodies(ExitGuard::replace));
    } catch (IllegalArgumentException e) {
      return classFile; // the virtual machine will say what is wrong with it
    }
  }

  private static void replace(CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeInstruction call && isExit(call)) {
      boolean ofRuntime = call.owner().asInternalName().equals(RUNTIME);
      code.invokestatic(ATTEMPT, "exit", ofRuntime ? OF_RUNTIME : OF_SYSTEM);
    } else {
      code.with(element);
    }
  }

  private static boolean isExit(InvokeInstruction call) {
    String name = call.name().stringValue();
    return switch (call.owner().asInternalName()) {
      case "java/lang/System" -> name.equals("exit");
      case RUNTIME -> name.equals("exit") || name.equals("halt");
      default -> false;
    };
  }

  /** Looks for the constant, so that hardly any class needs to be parsed. */
  private static boolean mentionsExit(byte[] classFile) {
    for (int i = 0; i + NAMES[0].length <= classFile.length; i++) {
      if (classFile[i] == 1 && classFile[i + 1] == 0 && classFile[i + 2] == 4) {
        for (byte[] name : NAMES) {
          if (java.util.Arrays.equals(classFile, i, i + name.length, name, 0, name.length)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
