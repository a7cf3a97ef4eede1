/**
 * The story of the product on real servers: one shop, one load, five steps. Entry point: {@link
 * dev.sluice.demo.Demo}. Audience: whoever wants to see what each module takes off the primary.
 */
@NullMarked
package dev.sluice.demo;

import org.jspecify.annotations.NullMarked;
