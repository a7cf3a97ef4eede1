package dev.sluice.queue;

/**
 * A message as a {@link Transport} received it.
 *
 * @param group its message group
 * @param body the text
 * @param receipt what the transport needs to delete it or to extend its invisibility
 */
public record QueueMessage(String group, String body, String receipt) {
  /** Without the body, which is data. */
  @Override
  public String toString() {
    return "QueueMessage[group=" + group + ", " + body.length() + " characters]";
  }
}
