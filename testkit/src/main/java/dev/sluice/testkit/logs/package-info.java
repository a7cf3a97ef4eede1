/**
 * Fails tests on warnings that they did not expect. Entry points are {@link
 * dev.sluice.testkit.logs.LogCheck} and {@link dev.sluice.testkit.logs.ExpectedWarnings}; needs
 * Logback behind slf4j and JUnit.
 */
@NullMarked
package dev.sluice.testkit.logs;

import org.jspecify.annotations.NullMarked;
