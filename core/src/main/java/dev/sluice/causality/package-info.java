/**
 * What a caller has seen and written, and how the tiers tell each other. Entry point for users:
 * {@link dev.sluice.causality.CausalScope} and {@link dev.sluice.causality.CausalToken}. For the
 * tiers: {@link dev.sluice.causality.CausalSource}, {@link dev.sluice.causality.CausalMemory} and
 * {@link dev.sluice.causality.CommitListener}.
 */
@NullMarked
package dev.sluice.causality;

import org.jspecify.annotations.NullMarked;
