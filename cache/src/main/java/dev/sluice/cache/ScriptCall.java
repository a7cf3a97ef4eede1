package dev.sluice.cache;

import java.util.List;

/**
 * One call of a script.
 *
 * @param script which
 * @param keys its keys, complete with the namespace
 * @param arguments its arguments
 */
public record ScriptCall(Script script, List<byte[]> keys, List<byte[]> arguments) {
  /** Copies the lists. */
  public ScriptCall {
    keys = List.copyOf(keys);
    arguments = List.copyOf(arguments);
  }
}
