/**
 * The independent checker: a record of what the shop promised its customers, compared with what
 * they read and with the final state of the databases. It knows nothing of the library. Entry
 * points: {@link dev.sluice.demo.check.Journal} and {@link dev.sluice.demo.check.Checker}.
 * Audience: the demo.
 */
@NullMarked
package dev.sluice.demo.check;

import org.jspecify.annotations.NullMarked;
