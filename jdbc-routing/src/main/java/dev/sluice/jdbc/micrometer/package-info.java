/**
 * Meters of a routing data source. Entry point is {@link dev.sluice.jdbc.micrometer.RoutingMeters};
 * needs {@code micrometer-core}, which is optional otherwise.
 */
@NullMarked
package dev.sluice.jdbc.micrometer;

import org.jspecify.annotations.NullMarked;
