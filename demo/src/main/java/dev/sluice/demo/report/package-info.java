/**
 * What a run is told by: a table in the terminal, {@code report.json} for programs and {@code
 * report.html} for people. Entry point: {@link dev.sluice.demo.report.Report}. Audience: the demo.
 */
@NullMarked
package dev.sluice.demo.report;

import org.jspecify.annotations.NullMarked;
