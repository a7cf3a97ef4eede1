package dev.sluice.demo;

/** An option of the command line that cannot be used; the message is for the user. */
final class BadOptionException extends Exception {
  BadOptionException(String message) {
    super(message);
  }
}
