/**
 * The shop: what its customers do and how each step of the story does it. Entry points: {@link
 * dev.sluice.demo.shop.Shop} and {@link dev.sluice.demo.shop.Workload}. Audience: the demo.
 */
@NullMarked
package dev.sluice.demo.shop;

import org.jspecify.annotations.NullMarked;
