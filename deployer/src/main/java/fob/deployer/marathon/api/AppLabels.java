package fob.deployer.marathon.api;

/** The labels by which fob recognises its apps. The apps of earlier versions carry them too. */
public final class AppLabels {

  /** Which fob made the app. */
  public static final String OWNER = "fob.owner";

  /** The id of the function that the app runs. */
  public static final String FUNCTION = "fob.function";

  /** The hash of the spec that the app was made from. */
  public static final String SPEC = "fob.spec";

  /** The version of the function's secrets. Another one makes Marathon replace the tasks. */
  public static final String SECRETS = "fob.secrets";

  /** The language of the function. */
  public static final String LANGUAGE = "fob.language";

  /** The step that the app of an installer is for. */
  public static final String INSTALLER = "fob.installer";

  private AppLabels() {}
}
