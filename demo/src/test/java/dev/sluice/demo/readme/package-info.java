/** The code that README shows, compiled and run. */
package dev.sluice.demo.readme;
