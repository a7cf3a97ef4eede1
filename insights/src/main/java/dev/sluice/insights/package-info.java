/**
 * Measures where a database's load comes from, from inside the application, and says which remedy
 * fits. Entry points: {@link dev.sluice.insights.Insights}, which records, and {@link
 * dev.sluice.insights.ObservedDataSource} for applications that use nothing else of Sluice.
 * Audience: developers who are about to buy a bigger instance.
 */
@NullMarked
package dev.sluice.insights;

import org.jspecify.annotations.NullMarked;
