/**
 * What every module needs of the outside world, injected so that tests control it: time and the
 * encoding of values. Audience: users who test their own code with {@link
 * dev.sluice.core.ManualTicker} or bring a {@link dev.sluice.core.Codec}.
 */
@NullMarked
package dev.sluice.core;

import org.jspecify.annotations.NullMarked;
