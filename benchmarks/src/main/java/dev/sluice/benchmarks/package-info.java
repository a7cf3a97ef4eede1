/** Benchmarks; each measures its baseline and its peers in the same run. Not published. */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
