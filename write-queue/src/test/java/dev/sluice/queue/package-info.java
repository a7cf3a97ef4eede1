/** Tests. */
@NullMarked
package dev.sluice.queue;

import org.jspecify.annotations.NullMarked;
