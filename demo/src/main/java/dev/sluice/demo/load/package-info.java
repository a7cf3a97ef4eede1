/**
 * Load at a fixed arrival rate and what it measures. Entry point: {@link
 * dev.sluice.demo.load.OpenLoop}. Audience: the demo.
 */
@NullMarked
package dev.sluice.demo.load;

import org.jspecify.annotations.NullMarked;
