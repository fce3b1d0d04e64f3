package fob.deployer.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * Functions of a C library. They are called a few times at a start, so the code is short rather
 * than fast: an argument is an {@code Integer}, a {@code Long} or a {@link MemorySegment}. Not
 * thread-safe.
 */
final class NativeLibrary {

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> functions = new HashMap<>();

  private NativeLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /**
   * Loads a library.
   *
   * @param name the name of its file
   * @param arena the time for which it is needed
   * @throws IllegalArgumentException if the machine does not have the library
   */
  @SuppressWarnings("restricted") // fob is started with --enable-native-access
  static NativeLibrary load(String name, Arena arena) {
    return new NativeLibrary(SymbolLookup.libraryLookup(name, arena));
  }

  /** Returns the C library that the Java machine itself uses. */
  static NativeLibrary standard() {
    return new NativeLibrary(Linker.nativeLinker().defaultLookup());
  }

  int call(String function, Object... arguments) {
    return (int)
        invoke(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, types(arguments)), arguments);
  }

  MemorySegment callForAddress(String function, Object... arguments) {
    return (MemorySegment)
        invoke(function, FunctionDescriptor.of(ValueLayout.ADDRESS, types(arguments)), arguments);
  }

  void run(String function, Object... arguments) {
    invoke(function, FunctionDescriptor.ofVoid(types(arguments)), arguments);
  }

  @SuppressWarnings("restricted")
  private Object invoke(String function, FunctionDescriptor type, Object... arguments) {
    try {
      return functions
          .computeIfAbsent(function, name -> linker.downcallHandle(symbols.findOrThrow(name), type))
          .invokeWithArguments(arguments);
    } catch (Throwable impossible) {
      throw new IllegalStateException(function + " could not be called", impossible);
    }
  }

  private static MemoryLayout[] types(Object... arguments) {
    MemoryLayout[] types = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      types[i] =
          switch (arguments[i]) {
            case Integer _ -> ValueLayout.JAVA_INT;
            case Long _ -> ValueLayout.JAVA_LONG;
            case MemorySegment _ -> ValueLayout.ADDRESS;
            default -> throw new IllegalArgumentException("no argument of C: " + arguments[i]);
          };
    }
    return types;
  }
}
