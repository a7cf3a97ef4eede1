package dev.sluice.testkit.logs;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Warnings that a test, or all tests of a class, may cause. {@link LogCheck} fails a test on every
 * other one.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ExpectedWarnings {
  /**
   * Regular expressions, one of which is found in the message.
   *
   * @return the expressions
   */
  String[] value();
}
